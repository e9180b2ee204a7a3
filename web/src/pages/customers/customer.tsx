// One customer: how they buy, their orders and what was bought.
import { Button } from '@mantine/core'
import { IconChevronLeft } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { ApiError, useGet } from '../../api'
import type { Customer } from '../../api'
import { Bars } from '../../chart'
import { day, instant, money, moneyShort, number, percent } from '../../format'
import { EmptyState, ErrorState, PageHeader, PageSkeleton, Section, useShop } from '../../shell'
import { DataTable } from '../../table'
import { words as table } from '../../table/strings'
import product from '../products/products.module.css'
import css from './customers.module.css'
import { Rfv } from './list'
import { segmentName, words } from './strings'

export default function CustomerPage() {
  const { id } = useParams({ strict: false })
  const query = useGet<Customer>('customers', `/customers/${encodeURIComponent(id ?? '')}`, {}, { keep: false })
  const c = query.data
  if (query.error && !c) {
    const missing = query.error instanceof ApiError && query.error.status === 404
    return <><Back /><PageHeader title={id ?? ''} />{missing ? <EmptyState title={words.notFound} action={{ label: words.back, to: '/customers' }}>{query.error.message}</EmptyState> : <ErrorState error={query.error} retry={() => void query.refetch()} />}</>
  }
  if (!c) return <PageSkeleton />
  return (
    <>
      <Back />
      <PageHeader title={c.row.id}>{[segmentName(c.row.segment), c.row.country, words.since(day(c.row.first_order))].filter(Boolean).join(' · ')}</PageHeader>
      <Figures c={c} />
      <div className={product.grid}>
        <div className={product.column}><Months c={c} /><Orders c={c} /></div>
        <Products c={c} />
      </div>
    </>
  )
}

function Back() {
  return <Link to="/customers" search={{ view: 'list' } as Record<string, string>} className={product.back}><IconChevronLeft size={16} stroke={1.75} aria-hidden />{words.back}</Link>
}

function Figures({ c }: { c: Customer }) {
  const shop = useShop()
  const returned = c.orders.reduce((sum, o) => sum + o.returned_minor, 0)
  const gross = c.row.net_minor + returned
  return (
    <dl className={`${product.figures} ${css.figures}`}>
      <div className={product.figure} title={words.hints.net}><dt>{words.columns.net}</dt><dd>{moneyShort(c.row.net_minor, shop)}</dd></div>
      <div className={product.figure}><dt>{words.columns.orders}</dt><dd>{number(c.row.orders)}</dd></div>
      <div className={product.figure}><dt>{words.perOrder}</dt><dd>{c.row.orders > 0 ? moneyShort(Math.round(c.row.net_minor / c.row.orders), shop) : '–'}</dd></div>
      <div className={product.figure}><dt>{words.returnedShare}</dt><dd>{gross > 0 ? percent(returned / gross) : '–'}</dd></div>
      <div className={product.figure}><dt>{words.columns.recency}</dt><dd title={words.daysAgo(c.row.recency_days)}>{day(c.row.last_order)}</dd></div>
      <div className={product.figure} title={words.hints.rfv}><dt>{words.rfvShort}</dt><dd><Rfv value={c.row.rfv} /></dd></div>
      <div className={product.figure} title={words.hints.p_repeat}><dt>{words.chance}</dt><dd>{percent(c.row.p_repeat, 0)}</dd></div>
    </dl>
  )
}

function Months({ c }: { c: Customer }) {
  const shop = useShop()
  const bars = useMemo(() => byMonth(c.orders), [c.orders])
  const best = bars.reduce((a, b) => (b.y > a.y ? b : a), bars[0] ?? { x: '', y: 0 })
  if (bars.length < 2) return null
  const title = words.months(moneyShort(best.y, shop), day(best.x, 'month'))
  return <Section title={title} under={words.monthsUnder}><Bars bars={bars} title={title} currency={shop} step="month" height={180} /></Section>
}

/** One bar per month from the first order to the last, months without an order too. */
function byMonth(orders: Customer['orders']) {
  const sums = new Map<string, number>()
  for (const o of orders) sums.set(o.at.slice(0, 7), (sums.get(o.at.slice(0, 7)) ?? 0) + o.net_minor)
  const known = [...sums.keys()].sort()
  const bars = []
  for (let at = known[0]; at !== undefined && at <= (known.at(-1) ?? ''); at = next(at)) bars.push({ x: `${at}-01`, y: sums.get(at) ?? 0 })
  return bars
}

function next(month: string): string {
  const [y = 0, m = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(y, m, 1)).toISOString().slice(0, 7)
}

const first = 25

/** The first rows of a list, and the rest when asked for. */
function useSome<Row>(rows: Row[]) {
  const [all, setAll] = useState(false)
  const more = !all && rows.length > first
  return { rows: more ? rows.slice(0, first) : rows, button: more && <div className={css.more}><Button variant="default" size="xs" onClick={() => setAll(true)}>{table.showAll(number(rows.length))}</Button></div> }
}

function Orders({ c }: { c: Customer }) {
  const shop = useShop()
  const { rows, button } = useSome(c.orders)
  const empty = c.orders.length - c.row.orders
  return (
    <Section title={words.ordersCount(number(c.row.orders))} under={empty > 0 ? words.ordersEmpty(number(empty)) : undefined} flush>
      <DataTable label={words.orders} rows={rows} keyOf={(o) => o.order} columns={[
        { id: 'order', label: words.order, cell: (o) => o.order },
        { id: 'at', label: words.date, cell: (o) => instant(o.at, shop.time_zone) },
        { id: 'lines', label: words.lines, end: true, cell: (o) => number(o.lines) },
        { id: 'units', label: words.units, end: true, cell: (o) => number(o.units) },
        { id: 'net', label: words.net, end: true, cell: (o) => money(o.net_minor, shop) },
        { id: 'returned', label: words.returned, end: true, cell: (o) => (o.returned_minor ? money(o.returned_minor, shop) : '–') },
      ]} />
      {button}
    </Section>
  )
}

function Products({ c }: { c: Customer }) {
  const shop = useShop()
  const { rows, button } = useSome(c.products)
  return (
    <Section title={words.productsCount(number(c.products.length))} under={words.products}>
      <ul className={product.list}>
        {rows.map((p) => <li key={p.sku}><Link to="/products/$sku" params={{ sku: p.sku }}>{p.title || p.sku}</Link><span>{moneyShort(p.net_minor, shop)} · {number(p.units)} {words.units.toLowerCase()} · {words.last.toLowerCase()} {day(p.last)}</span></li>)}
      </ul>
      {button}
    </Section>
  )
}
