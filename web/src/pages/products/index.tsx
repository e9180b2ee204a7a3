// Every product with what it sold, at which price, what came back, what is expected and how long the stock lasts.
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { apiUrl, useGet } from '../../api'
import type { ProductList, ProductRow } from '../../api'
import { day, money, moneyShort, number, percent } from '../../format'
import { EmptyState, ErrorState, PageHeader, PageSkeleton, Section, useShop, useTimeRange, useUrlState } from '../../shell'
import { strings } from '../../strings'
import { DataTable, Spark, Tools } from '../../table'
import type { Column } from '../../table'
import { SearchField } from '../../table/search'
import css from './products.module.css'

const words = strings.products
const limit = 50

export default function ProductsPage() {
  const shop = useShop()
  const range = useTimeRange()
  const [url] = useUrlState()
  const params = { ...range, q: url.q, sort: url.sort ?? '-net', limit, offset: Number(url.offset ?? 0) }
  const query = useGet<ProductList>('products', '/products', params)
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={12} />
  const { items, total } = query.data
  if (total === 0 && !url.q) return <><PageHeader title={words.title} /><EmptyState title={words.empty} action={{ label: words.import, to: '/data/import' }}>{words.emptyText}</EmptyState></>
  const price = (p: ProductRow) =>
    p.price_min_minor === undefined ? '–' : p.price_min_minor === p.price_max_minor ? money(p.price_min_minor, shop) : `${money(p.price_min_minor, shop)} – ${money(p.price_max_minor, shop)}`
  const columns: Column<ProductRow>[] = [
    { id: 'title', label: words.columns.title, sort: 'title', cell: (p) => <Link to="/products/$sku" params={{ sku: p.sku }} className={css.name}><span>{p.title}</span><span className={css.code}>{p.sku}</span></Link> },
    { id: 'trend', label: words.columns.trend, cell: (p) => <Spark values={p.trend} label={p.trend.map((v) => number(v)).join(', ')} /> },
    { id: 'net', label: words.columns.net, sort: 'net', end: true, cell: (p) => moneyShort(p.net_minor, shop) },
    { id: 'units', label: words.columns.units, sort: 'units', end: true, cell: (p) => number(p.units) },
    { id: 'price', label: words.columns.price, end: true, cell: price },
    { id: 'return_rate', label: words.columns.return_rate, sort: 'return_rate', end: true, cell: (p) => percent(p.return_rate) },
    { id: 'demand', label: words.columns.demand, sort: 'demand', end: true, cell: (p) => number(p.demand_week, (p.demand_week ?? 0) < 10 ? 1 : 0) },
    { id: 'cover', label: words.columns.cover, sort: 'cover', end: true, cell: (p) => (p.weeks_of_cover === undefined ? <span className="quiet small">{words.unknown}</span> : words.weeks(number(p.weeks_of_cover, 1))) },
    { id: 'last_sold', label: words.columns.last_sold, sort: 'last_sold', end: true, cell: (p) => day(p.last_sold, 'short') },
  ]
  return (
    <>
      <PageHeader title={words.title} actions={<Button component="a" variant="default" size="sm" href={apiUrl('/products', { ...params, limit: undefined, offset: undefined, format: 'csv' })}>{words.export}</Button>}>{words.count(number(total))}</PageHeader>
      <Section title={words.title} flush>
        <Tools><SearchField label={words.search} /></Tools>
        {items.length === 0 ? <EmptyState title={words.none}>{words.noneText}</EmptyState> : <DataTable label={words.title} columns={columns} rows={items} keyOf={(p) => p.sku} sort="-net" page={{ limit, total }} />}
      </Section>
    </>
  )
}
