// Service against money over a product or the shop; the title says what today's settings cost against the cheapest.
import { ServiceCurve } from '../../chart'
import type { CurvePoint } from '../../api'
import { moneyShort, percent } from '../../format'
import { useShop } from '../../shell'
import { strings } from '../../strings'

const words = strings.stock.curve

export function useCurveTitle(points: CurvePoint[]): string {
  const shop = useShop()
  const now = points.find((p) => p.today)
  const best = points.find((p) => p.best)
  if (!now || !best) return words.none
  const saves = now.total_minor - best.total_minor
  if (best.today || saves < 0.01 * now.total_minor) return words.atBest(percent(now.fill), moneyShort(now.total_minor, shop))
  return words.dearer(percent(now.fill), moneyShort(now.total_minor, shop), percent(best.fill), moneyShort(saves, shop))
}

export function Curve({ points, title, over }: { points: CurvePoint[]; title: string; over?: string }) {
  return <ServiceCurve points={points} currency={useShop()} title={title} over={over} />
}
