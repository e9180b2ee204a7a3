// One product: what was asked for and what is expected, prices, what goes with it, stock and supply.
import { Button } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useGet } from '../../api'
import type { Product } from '../../api'
import { FanChart } from '../../chart'
import { day, instant, money, moneyShort, number, percent } from '../../format'
import { EmptyState, ErrorState, PageHeader, PageSkeleton, Section, useShop } from '../../shell'
import { strings } from '../../strings'
import { Findings } from '../data/quality'
import css from './products.module.css'

const words = strings.products

export default function ProductPage() {
  const { sku } = useParams({ strict: false })
  const shop = useShop()
  const query = useGet<Product>('products', `/products/${encodeURIComponent(sku ?? '')}`, {}, { keep: false })
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  const p = query.data
  if (!p) return <PageSkeleton />
  const figures: [string, string][] = [
    [words.sales, moneyShort(p.row.net_minor, shop)],
    [words.units, number(p.row.units)],
    [words.returned, percent(p.row.return_rate)],
    [words.expected, number(p.row.demand_week, (p.row.demand_week ?? 0) < 10 ? 1 : 0)],
    [words.cover, p.row.weeks_of_cover === undefined ? words.unknown : words.weeks(number(p.row.weeks_of_cover, 1))],
  ]
  return (
    <>
      <PageHeader title={p.title} actions={<Link to="/products">{words.back}</Link>}>
        {[p.sku, p.brand, p.category].filter(Boolean).join(' · ')}{p.titles.length > 0 && ` · ${words.also(p.titles.slice(0, 3).join(', '))}`}
      </PageHeader>
      <dl className={css.figures}>{figures.map(([k, v]) => <div key={k} className={css.figure}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>
      <div className={css.grid}>
        <div className={css.column}><Demand p={p} /><Prices p={p} />{p.findings.length > 0 && <Section title={words.findings}><Findings findings={p.findings} /></Section>}</div>
        <div className={css.column}><Supply p={p} /><Together p={p} /><Decisions p={p} /></div>
      </div>
    </>
  )
}

function Demand({ p }: { p: Product }) {
  const shop = useShop()
  const card = p.forecast_card
  const title = p.row.demand_week === undefined ? words.demand : words.demandTitle(number(p.row.demand_week, p.row.demand_week < 10 ? 1 : 0))
  return (
    <Section title={title} under={words.demandUnder}>
      <FanChart history={p.weeks.map((w) => ({ x: w.week, y: w.units }))} forecast={p.forecast} unit={words.unit} ariaLabel={title} height={280} />
      {p.forecast_missing && <p className={css.note}>{p.forecast_missing}</p>}
      {card && (
        <p className={css.note}>
          {words.method(card.champion, card.baseline)}{card.champion_score !== undefined && ` · ${words.score(card.metric, number(card.champion_score, 2), number(card.baseline_score, 2))}`}. {words.scoreUnder(card.folds)} {instant(card.trained_at, shop.time_zone)}
        </p>
      )}
    </Section>
  )
}

function Prices({ p }: { p: Product }) {
  const shop = useShop()
  if (p.prices.length === 0) return null
  const top = [...p.prices].sort((a, b) => b.units - a.units).slice(0, 8).sort((a, b) => a.price_minor - b.price_minor)
  const most = Math.max(...top.map((x) => x.units))
  return (
    <Section title={words.prices} under={words.pricesUnder}>
      <ul className={css.bars}>
        {top.map((x) => <li key={x.price_minor} title={`${day(x.first)} – ${day(x.last)}`}><span>{money(x.price_minor, shop)}</span><i style={{ width: `${Math.max(1, (x.units / most) * 100)}%` }} aria-hidden /><span className="number">{number(x.units)}</span></li>)}
      </ul>
    </Section>
  )
}

function Supply({ p }: { p: Product }) {
  const shop = useShop()
  if (p.stock.length === 0) {
    return <Section title={words.stock}><EmptyState title={words.noStock} action={<Button component={Link} to="/data/import?kind=stock" variant="default">{words.addStock}</Button>}>{words.noStockText}</EmptyState></Section>
  }
  return (
    <Section title={words.stock}>
      <dl className={css.pair}>
        {p.stock.map((s) => [<dt key={`t${s.location}${s.quantity}`}>{[s.location, s.quantity.replace('_', ' ')].filter(Boolean).join(' · ')}</dt>, <dd key={`d${s.location}${s.quantity}`}>{number(s.units)} <span className="quiet small">{words.asOf(day(s.as_of.slice(0, 10), 'short'))}</span></dd>])}
        <dt>{words.cost}</dt><dd>{p.unit_cost_minor === undefined ? words.missing : money(p.unit_cost_minor, shop)}</dd>
        <dt>{words.lead}</dt><dd>{p.lead_days === undefined ? words.missing : words.days(p.lead_days)}</dd>
        <dt>{words.supplier}</dt><dd>{p.supplier || words.missing}</dd>
      </dl>
    </Section>
  )
}

function Together({ p }: { p: Product }) {
  return (
    <Section title={words.together} under={words.togetherUnder}>
      {p.bought_together.length === 0 ? <p className="quiet">{words.togetherNone}</p> : (
        <ul className={css.list}>
          {p.bought_together.slice(0, 8).map((r) => <li key={r.sku}><Link to="/products/$sku" params={{ sku: r.sku }}>{r.title}</Link><span title={words.lift(number(r.lift, 1))}>{words.orders(number(r.orders_together))}</span></li>)}
        </ul>
      )}
    </Section>
  )
}

function Decisions({ p }: { p: Product }) {
  if (p.decisions.length === 0) return null
  return (
    <Section title={words.decisions}>
      <ul className={css.list}>{p.decisions.slice(0, 5).map((d) => <li key={d.id}><Link to="/decisions/{-$id}" params={{ id: d.id }}>{d.action}</Link><span>{d.status}</span></li>)}</ul>
    </Section>
  )
}
