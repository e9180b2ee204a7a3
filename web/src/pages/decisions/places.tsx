// What other decisions than orders rest on: a transfer's two places, reorder points that are written to another system; and service
// against money, where today's settings lie.
import { Link } from '@tanstack/react-router'
import type { CurvePoint, SetLevel, TransferDetail } from '../../api'
import { instant, money, number, percent } from '../../format'
import { useShop } from '../../shell'
import { strings } from '../../strings'
import { Curve, useCurveTitle } from '../stock/curve'
import css from './detail.module.css'

const words = strings.decisions.places

export function Service({ points, supplier }: { points: CurvePoint[]; supplier?: string }) {
  const title = useCurveTitle(points)
  return (
    <section className={css.part}>
      <h3>{title}</h3>
      <p className={css.under}>{strings.stock.curve.product}</p>
      <Curve points={points} title={title} />
      <p className={css.under}><Link to="/stock" search={{ tab: 'replay', ...(supplier ? { by: 'supplier', group: supplier } : {}) } as Record<string, string>}>{strings.stock.replay.see}</Link></p>
    </section>
  )
}

export function Transfer({ t }: { t: TransferDetail }) {
  const shop = useShop()
  const few = (v: number) => number(v, v < 10 && !Number.isInteger(v) ? 1 : 0)
  return (
    <section className={css.part}>
      <h3>{words.title}</h3>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={words.title}>
        <table className={css.table}>
          <thead><tr><th scope="col">{words.place}</th><th scope="col">{words.there}</th><th scope="col">{words.after}</th><th scope="col">{words.demand}</th><th scope="col">{words.short}</th></tr></thead>
          <tbody>
            {[{ p: t.from, moved: -t.units }, { p: t.to, moved: t.units }].map(({ p, moved }) => (
              <tr key={p.location}>
                <th scope="row">{p.location}<span>{strings.decisions.detail.counted(instant(p.counted_at, shop.time_zone))}</span></th>
                <td>{number(p.available)}</td>
                <td>{number(p.available + moved)}<span>{words.level(number(p.order_up_to))}</span></td>
                <td>{few(p.demand_week)}<span>{percent(p.share, 0)}</span></td>
                <td>{few(p.short_units)}<span>{words.then(few(p.short_after_units))}</span></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={css.under}>{words.margin(money(t.margin_minor, shop))} {t.cost_minor > 0 && words.carrying(money(t.cost_minor, shop))}</p>
    </section>
  )
}

export function Points({ levels }: { levels: SetLevel[] }) {
  const before = (v: number | undefined) => v !== undefined && <span>{words.before(number(v))}</span>
  return (
    <section className={css.part}>
      <h3>{words.points}</h3>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={words.points}>
        <table className={css.table}>
          <thead><tr><th scope="col">{words.product}</th><th scope="col">{words.point}</th><th scope="col">{words.upTo}</th></tr></thead>
          <tbody>
            {levels.map((l) => (
              <tr key={`${l.sku}/${l.location ?? ''}`}>
                <th scope="row">{l.title}<span>{[l.sku, l.location].filter(Boolean).join(' · ')}</span></th>
                <td>{number(l.reorder_point)}{before(l.reorder_point_before)}</td>
                <td>{number(l.order_up_to)}{before(l.order_up_to_before)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
