// Every product with what it sold, at which price, what came back, what is expected and how long the stock lasts.
import { Link } from '@tanstack/react-router'
import { apiUrl, useGet } from '../../api'
import type { ProductList, ProductRow, Shop } from '../../api'
import { Spark } from '../../chart'
import { day, dayRange, moneyShort, number, percent } from '../../format'
import { EmptyState, ErrorState, PageHeader, PageSkeleton, useShop, useTimeRange, useUrlState } from '../../shell'
import { DataTable, ListNote, ListPanel, SearchField } from '../../table'
import type { Column } from '../../table'
import { priceRange } from './price'
import css from './products.module.css'
import { words } from './strings'

const limit = 50

export default function ProductsPage() {
  const shop = useShop()
  const range = useTimeRange()
  const [url] = useUrlState()
  const params = { ...range, q: url.q, sort: url.sort ?? '-net', limit, offset: Number(url.offset ?? 0) }
  const query = useGet<ProductList>('products', '/products', params)
  if (query.error && !query.data) return <><PageHeader title={words.title} /><ErrorState error={query.error} retry={() => void query.refetch()} /></>
  if (!query.data) return <PageSkeleton rows={12} />
  const { items, total } = query.data
  if (total === 0 && !url.q) return <><PageHeader title={words.title} /><EmptyState title={words.empty} action={{ label: words.import, to: '/data/import' }}>{words.emptyText}</EmptyState></>
  return (
    <>
      <PageHeader title={words.title}><span role="status">{words.count(number(total))}</span> · {words.figures(range.from && range.to ? dayRange(range.from, range.to) : words.allTime)}</PageHeader>
      <ListPanel title={words.title} tools={<SearchField label={words.search} />} csv={apiUrl('/products', { ...params, limit: undefined, offset: undefined, format: 'csv' })}>
        {items.length > 0 && items.every((p) => p.on_hand === undefined) && <ListNote>{words.noCounts} <Link to="/data/{-$tab}" params={{ tab: 'import' }} search={{ kind: 'stock' }}>{words.addCounts}</Link></ListNote>}
        {items.length === 0 ? <EmptyState title={words.none}>{words.noneText}</EmptyState> : <DataTable label={words.title} columns={columnsFor(shop)} rows={items} keyOf={(p) => p.sku} sort="-net" page={{ limit, total }} busy={query.isPlaceholderData} />}
      </ListPanel>
    </>
  )
}

function columnsFor(shop: Shop): Column<ProductRow>[] {
  const { columns, hints } = words
  return [
    { id: 'title', label: columns.title, sort: 'title', cell: (p) => <Link data-row to="/products/$sku" params={{ sku: p.sku }} className={css.name}><span>{p.title || p.sku}</span><span className={css.code}>{[p.sku, p.category].filter(Boolean).join(' · ')}</span></Link> },
    { id: 'net', label: columns.net, hint: hints.net, sort: 'net', end: true, cell: (p) => moneyShort(p.net_minor, shop) },
    { id: 'orders', label: columns.orders, sort: 'orders', end: true, cell: (p) => number(p.orders) },
    { id: 'units', label: columns.units, sort: 'units', end: true, low: true, cell: (p) => number(p.units) },
    { id: 'price', label: columns.price, hint: hints.price, end: true, cell: (p) => priceRange(p, shop) },
    { id: 'return_rate', label: columns.return_rate, hint: hints.return_rate, sort: 'return_rate', end: true, cell: (p) => percent(p.return_rate) },
    { id: 'demand', label: columns.demand, hint: hints.demand, sort: 'demand', end: true, cell: (p) => <span className={css.demand}><Spark values={p.trend} width={64} /><span className={css.demandNumber}>{number(p.demand_week, (p.demand_week ?? 0) < 10 ? 1 : 0)}{p.adjusted && <span title={hints.adjusted}>*<span className="visually-hidden"> {hints.adjusted}</span></span>}</span></span> },
    { id: 'last_sold', label: columns.last_sold, sort: 'last_sold', end: true, low: true, cell: (p) => day(p.last_sold) },
    { id: 'cover', label: words.stockColumn, hint: hints.stock, sort: 'cover', end: true, cell: (p) => <Stock row={p} /> },
  ]
}

function Stock({ row }: { row: ProductRow }) {
  if (row.on_hand === undefined) return <span className="quiet small">{words.unknown}</span>
  return (
    <span className={css.stock}>
      <span>{row.weeks_of_cover === undefined ? words.noDemand : words.lasts(number(row.weeks_of_cover, row.weeks_of_cover < 10 ? 1 : 0))}</span>
      <span className={css.code}>{words.onHand(number(row.on_hand))}</span>
    </span>
  )
}
