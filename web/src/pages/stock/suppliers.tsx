// How each supplier delivers, as far as purchases on record tell; what is missing otherwise.
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { apiUrl, useGet } from '../../api'
import type { SupplierCard, SupplierList } from '../../api'
import { money, number, percent } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useShop } from '../../shell'
import { strings } from '../../strings'
import css from './stock.module.css'

const words = strings.stock.suppliers

export function Suppliers() {
  const query = useGet<SupplierList>('stock', '/suppliers')
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={8} />
  const { items } = query.data
  if (items.length === 0) return <EmptyState title={words.empty} action={<Link to="/data/{-$tab}" params={{ tab: 'import' }} search={{ kind: 'supply' }}>{words.addSuppliers}</Link>}>{words.emptyText}</EmptyState>
  return (
    <Section title={words.title} under={words.under} actions={<Button component="a" size="xs" variant="default" href={apiUrl('/suppliers', { format: 'csv' })} download>CSV</Button>}>
      <div className={css.stack}>{items.map((s) => <Card key={s.id} s={s} />)}</div>
    </Section>
  )
}

function Card({ s }: { s: SupplierCard }) {
  const shop = useShop()
  const days = (v: number | undefined) => (v === undefined ? words.unknown : words.days(number(v, v < 10 && !Number.isInteger(v) ? 1 : 0)))
  const slower = s.actual_days !== undefined && s.quoted_days !== undefined ? Math.round(s.actual_days - s.quoted_days) : 0
  return (
    <article aria-label={s.name}>
      <h3>{s.name} <span className={css.code}>{[strings.stock.orders.lines(number(s.products)), s.purchases > 0 && words.purchases(number(s.purchases)), s.min_order_minor !== undefined && `${strings.stock.orders.minimum} ${money(s.min_order_minor, shop, { short: true })}`].filter(Boolean).join(' · ')}</span></h3>
      <dl className={css.figures}>
        <div title={words.hints.quoted}><dt>{words.quoted}</dt><dd>{days(s.quoted_days)}</dd></div>
        <div title={words.hints.actual}><dt>{words.actual}</dt><dd>{days(s.actual_days)}{s.actual_days_p90 !== undefined && <span>{words.most(number(s.actual_days_p90))}</span>}{slower > 0 && <span data-short>{words.slower(number(slower))}</span>}</dd></div>
        <div title={words.hints.late}><dt>{words.late}</dt><dd>{s.late_share === undefined ? words.unknown : percent(s.late_share, 0)}{s.late_share !== undefined && <span>{words.of(number(s.dated))}</span>}</dd></div>
        <div title={words.hints.fill}><dt>{words.fill}</dt><dd>{s.fill_rate === undefined ? words.unknown : percent(s.fill_rate, 0)}</dd></div>
        <div title={words.hints.open}><dt>{words.open}</dt><dd>{strings.stock.units(number(s.open_units))}{s.overdue_lines > 0 && <span data-short>{words.overdue(number(s.overdue_lines))}</span>}</dd></div>
        <div><dt>{words.proposals}</dt><dd>{s.open_proposals > 0 ? <Link to="/stock" search={{ tab: 'orders' } as Record<string, string>}>{strings.stock.orders.lines(number(s.open_proposals))}</Link> : '–'}</dd></div>
      </dl>
      {s.missing.map((m) => <p key={m} className={`${css.code} ${css.missing}`}>{m}</p>)}
    </article>
  )
}
