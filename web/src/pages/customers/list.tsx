// Everybody with recency, frequency and value, by segment.
import { NativeSelect } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { apiUrl, useGet } from '../../api'
import type { CustomerList, CustomerOverview, CustomerRow, Shop } from '../../api'
import { day, moneyShort, number, percent } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, useShop, useUrlState } from '../../shell'
import { DataTable, ListNote, ListPanel, SearchField } from '../../table'
import type { Column } from '../../table'
import css from './customers.module.css'
import { segmentName, words } from './strings'

const limit = 50

export function List({ segments }: { segments: CustomerOverview['segments'] }) {
  const shop = useShop()
  const [url, setUrl] = useUrlState()
  const params = { q: url.q, segment: url.segment, sort: url.sort ?? '-net', limit, offset: Number(url.offset ?? 0) }
  const query = useGet<CustomerList>('customers', '/customers', params)
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={12} />
  const { items, total } = query.data
  const explain = segments.find((s) => s.segment === url.segment)?.explain
  const options = [{ value: '', label: words.all }, ...segments.map((s) => ({ value: s.segment, label: `${segmentName(s.segment)} (${number(s.customers)})` }))]
  return (
    <ListPanel
      title={words.list} csv={apiUrl('/customers', { ...params, limit: undefined, offset: undefined, format: 'csv' })}
      tools={<><SearchField label={words.search} /><NativeSelect aria-label={words.filter} size="sm" data={options} value={url.segment ?? ''} onChange={(e) => setUrl({ segment: e.currentTarget.value || undefined, view: 'list', offset: undefined })} /></>}
    >
      <ListNote><span role="status">{words.count(number(total))}</span>{explain && ` · ${explain}`}</ListNote>
      {items.length === 0
        ? <EmptyState title={words.none} action={<Link to="/customers" search={{ view: 'list' } as Record<string, string>}>{words.clear}</Link>} />
        : <DataTable label={words.list} columns={columnsFor(shop)} rows={items} keyOf={(c) => c.id} sort="-net" page={{ limit, total }} busy={query.isPlaceholderData} />}
    </ListPanel>
  )
}

function columnsFor(shop: Shop): Column<CustomerRow>[] {
  const { columns, hints } = words
  return [
    { id: 'id', label: columns.id, cell: (c) => <Link data-row to="/customers/$id" params={{ id: c.id }} className={css.name}><span>{c.id}</span>{c.country && <span className={css.explain}>{c.country}</span>}</Link> },
    { id: 'segment', label: columns.segment, cell: (c) => segmentName(c.segment) },
    { id: 'net', label: columns.net, hint: hints.net, sort: 'net', end: true, cell: (c) => moneyShort(c.net_minor, shop) },
    { id: 'orders', label: columns.orders, sort: 'orders', end: true, cell: (c) => number(c.orders) },
    { id: 'last', label: columns.recency, hint: hints.recency, sort: 'last_order', end: true, cell: (c) => <span title={words.daysAgo(c.recency_days)}>{day(c.last_order)}</span> },
    { id: 'first', label: columns.first_order, sort: 'first_order', end: true, low: true, cell: (c) => day(c.first_order) },
    { id: 'rfv', label: words.rfvShort, hint: hints.rfv, end: true, cell: (c) => <Rfv value={c.rfv} /> },
    { id: 'p', label: columns.p_repeat, hint: hints.p_repeat, sort: 'p_repeat', end: true, cell: (c) => percent(c.p_repeat, 0) },
  ]
}

/** Three columns of five steps each, and the same in words. */
export function Rfv({ value }: { value: string }) {
  const parts = value.split('-')
  const text = words.rfvWords(parts[0] ?? '–', parts[1] ?? '–', parts[2] ?? '–')
  return (
    <span className={css.rfv} title={text}>
      <svg width="26" height="16" aria-hidden>
        {parts.map((p, i) => <g key={i}><rect x={i * 9} y="0" width="7" height="16" rx="1.5" fill="var(--sunken)" /><rect x={i * 9} y={16 - Number(p) * 3.2} width="7" height={Number(p) * 3.2} rx="1.5" fill="var(--accent)" /></g>)}
      </svg>
      <span aria-hidden>{value}</span><span className="visually-hidden">{text}</span>
    </span>
  )
}
