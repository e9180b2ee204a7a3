// Sales by week with the forecast behind them, and how good the forecast was on the shop's own past.
import { SegmentedControl } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { ForecastCard, Product } from '../../api'
import { Bars, FanChart, expectedOf } from '../../chart'
import { day, instant, moneyShort, number, percent, range } from '../../format'
import { Section, useShop } from '../../shell'
import css from './products.module.css'
import { words } from './strings'

export function Demand({ p }: { p: Product }) {
  const shop = useShop()
  const [field, setField] = useState<'units' | 'sales'>('units')
  const history = useMemo(() => p.weeks.map((w) => ({ x: w.week, y: w.units })), [p.weeks])
  const sales = useMemo(() => p.weeks.map((w) => ({ x: w.week, y: w.net_minor })), [p.weeks])
  const best = sales.reduce((a, b) => (b.y > a.y ? b : a), sales[0] ?? { x: '', y: 0 })
  const title = field === 'sales' ? words.salesTitle(day(best.x), moneyShort(best.y, shop)) : titleOf(p)
  const control = <SegmentedControl size="xs" aria-label={words.field} value={field} onChange={(v) => setField(v as 'units' | 'sales')} data={[{ value: 'units', label: words.unitsField }, { value: 'sales', label: words.salesField }]} />
  return (
    <Section title={title} under={field === 'units' ? words.demandMore : words.hints.net} actions={p.weeks.length > 0 && control}>
      {field === 'units' ? <FanChart history={history} forecast={p.forecast} unit={words.unit} ariaLabel={title} height={260} /> : <Bars bars={sales} title={title} currency={shop} step="week" height={288} />}
      {p.forecast_missing && <p className={css.note}>{p.forecast_missing}</p>}
      {p.forecast_card && <Card card={p.forecast_card} />}
    </Section>
  )
}

/** The first week that is wholly ahead, with its likely range. */
function titleOf(p: Product): string {
  const running = p.weeks.some((w) => w.week === p.forecast[0]?.week)
  const next = p.forecast[running ? 1 : 0]
  if (!next) return words.demandNone
  return words.demandOf(day(next.week), range(next.p10, expectedOf(next), next.p90, next.p90 < 10 ? 1 : 0))
}

function Card({ card }: { card: ForecastCard }) {
  const shop = useShop()
  const { champion_score: own, baseline_score: base } = card
  const gain = own !== undefined && base !== undefined && base > 0 ? 1 - own / base : undefined
  return (
    <div className={css.card}>
      <h3>{words.card}</h3>
      <p>{gain === undefined ? words.untested : gain < 0.005 ? words.same : words.better(percent(gain, 0))}</p>
      <dl className={css.pair}>
        <dt>{words.answers}</dt><dd>{card.champion}</dd>
        <dt>{words.against}</dt><dd>{card.baseline}</dd>
        {own !== undefined && base !== undefined && <><dt>{words.errorOf(card.metric)}</dt><dd>{number(own, 2)} <span className="quiet">/ {number(base, 2)} · {words.allProducts}</span></dd></>}
        <dt>{words.tested}</dt><dd>{words.folds(card.folds)}</dd>
        <dt>{words.knows}</dt><dd>{day(card.cutoff)}</dd>
        <dt>{words.trained}</dt><dd>{instant(card.trained_at, shop.time_zone)}</dd>
      </dl>
      {card.why && <details className={css.why}><summary>{words.why}</summary><p>{card.why}</p></details>}
    </div>
  )
}
