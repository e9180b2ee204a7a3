// One customer: orders and what was bought.
import { Link, useParams } from '@tanstack/react-router'
import { useGet } from '../../api'
import type { Customer } from '../../api'
import { day, instant, money, moneyShort, number, percent } from '../../format'
import { ErrorState, PageHeader, PageSkeleton, Section, useShop } from '../../shell'
import { strings } from '../../strings'
import { DataTable } from '../../table'
import product from '../products/products.module.css'

const words = strings.customers

export default function CustomerPage() {
  const { id } = useParams({ strict: false })
  const shop = useShop()
  const query = useGet<Customer>('customers', `/customers/${encodeURIComponent(id ?? '')}`, {}, { keep: false })
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  const c = query.data
  if (!c) return <PageSkeleton />
  const figures: [string, string][] = [
    [words.columns.net, moneyShort(c.row.net_minor, shop)], [words.columns.orders, number(c.row.orders)], [words.columns.recency, day(c.row.last_order)],
    [words.columns.rfv, c.row.rfv], [words.columns.p_repeat, percent(c.row.p_repeat, 0)],
  ]
  return (
    <>
      <PageHeader title={c.row.id} actions={<Link to="/customers">{words.back}</Link>}>{[c.row.segment, c.row.country, words.since(day(c.row.first_order))].filter(Boolean).join(' · ')}</PageHeader>
      <dl className={product.figures}>{figures.map(([k, v]) => <div key={k} className={product.figure}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>
      <div className={product.grid}>
        <Section title={words.orders} flush>
          <DataTable label={words.orders} rows={c.orders} keyOf={(o) => o.order} columns={[
            { id: 'order', label: words.order, cell: (o) => o.order },
            { id: 'at', label: words.date, cell: (o) => instant(o.at, shop.time_zone) },
            { id: 'units', label: words.units, end: true, cell: (o) => number(o.units) },
            { id: 'net', label: words.net, end: true, cell: (o) => money(o.net_minor, shop) },
            { id: 'returned', label: words.returned, end: true, cell: (o) => (o.returned_minor ? money(o.returned_minor, shop) : '–') },
          ]} />
        </Section>
        <Section title={words.products} flush>
          <DataTable label={words.products} rows={c.products.slice(0, 50)} keyOf={(p) => p.sku} columns={[
            { id: 'sku', label: words.product, cell: (p) => <Link to="/products/$sku" params={{ sku: p.sku }}>{p.title}</Link> },
            { id: 'units', label: words.units, end: true, cell: (p) => number(p.units) },
            { id: 'net', label: words.net, end: true, cell: (p) => moneyShort(p.net_minor, shop) },
          ]} />
        </Section>
      </div>
    </>
  )
}
