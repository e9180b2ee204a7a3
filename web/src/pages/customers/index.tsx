// Customers: who buys here, who comes back, and everybody with recency, frequency and value.
import { Button, Select } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { apiUrl, useGet } from '../../api'
import type { CustomerList, CustomerOverview, CustomerRow } from '../../api'
import { day, moneyShort, number, percent } from '../../format'
import { EmptyState, ErrorState, PageHeader, PageSkeleton, Section, useShop, useUrlState } from '../../shell'
import { strings } from '../../strings'
import { DataTable, Tools } from '../../table'
import type { Column } from '../../table'
import { SearchField } from '../../table/search'
import css from './customers.module.css'

const words = strings.customers
const limit = 50

export default function CustomersPage() {
  const overview = useGet<CustomerOverview>('customers', '/customers/overview')
  if (overview.error && !overview.data) return <ErrorState error={overview.error} retry={() => void overview.refetch()} />
  const o = overview.data
  if (!o) return <PageSkeleton />
  if (o.segments.every((s) => s.customers === 0)) return <><PageHeader title={words.title} /><EmptyState title={words.empty} action={{ label: words.import, to: '/data/import' }}>{words.emptyText}</EmptyState></>
  return (
    <>
      <PageHeader title={words.title}>{o.without_customer.share_of_net > 0 && words.without(percent(o.without_customer.share_of_net))}</PageHeader>
      <div className={css.grid}><Segments o={o} /><Repeat o={o} /></div>
      <Cohorts o={o} />
      <List segments={o.segments.map((s) => s.segment)} />
    </>
  )
}

function Segments({ o }: { o: CustomerOverview }) {
  const shop = useShop()
  const [url, setUrl] = useUrlState()
  return (
    <Section title={words.segments} under={words.segmentsUnder}>
      <ul className={css.segments}>
        {o.segments.map((s) => (
          <li key={s.segment}>
            <button type="button" aria-pressed={url.segment === s.segment} onClick={() => setUrl({ segment: url.segment === s.segment ? undefined : s.segment, offset: undefined })}>
              <b>{s.segment}</b><span>{words.segmentLine(number(s.customers), moneyShort(s.net_minor, shop))}</span><span className={css.explain}>{s.explain}</span>
            </button>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Repeat({ o }: { o: CustomerOverview }) {
  const rates: [number, CustomerOverview['repeat_90']][] = [[90, o.repeat_90], [365, o.repeat_365]]
  return (
    <Section title={words.repeat} under={words.repeatUnder}>
      <dl className={css.rates}>
        {rates.map(([days, r]) => (
          <div key={days}><dt>{words.within(days)}</dt><dd>{r ? percent(r.rate) : words.unknown}</dd>{r && <dd className={css.explain}>{words.cohortOf(number(r.cohort_customers), number(r.immature_left_out))}</dd>}</div>
        ))}
      </dl>
      {o.model && <p className={css.explain}>{words.score(o.model.champion, o.model.baseline)}</p>}
    </Section>
  )
}

function Cohorts({ o }: { o: CustomerOverview }) {
  if (o.cohorts.length === 0) return null
  const months = Math.max(...o.cohorts.map((c) => c.repeat_by_month.length))
  const most = Math.max(0.01, ...o.cohorts.flatMap((c) => c.repeat_by_month))
  return (
    <Section title={words.cohorts} under={words.cohortsUnder}>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={words.cohorts}>
        <table className={css.heat}>
          <thead><tr><th scope="col">{words.month}</th><th scope="col">{words.buyers}</th>{Array.from({ length: months }, (_, i) => <th key={i} scope="col">+{i + 1}</th>)}</tr></thead>
          <tbody>
            {o.cohorts.map((c) => (
              <tr key={c.month}><th scope="row">{day(`${c.month}-01`, 'month')}</th><td>{number(c.customers)}</td>
                {Array.from({ length: months }, (_, i) => {
                  const v = c.repeat_by_month[i]
                  return <td key={i} style={v === undefined ? undefined : { background: `color-mix(in srgb, var(--accent) ${Math.round((v / most) * 45)}%, transparent)` }}>{v === undefined ? '' : percent(v, 0)}</td>
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

function List({ segments }: { segments: string[] }) {
  const shop = useShop()
  const [url, setUrl] = useUrlState()
  const params = { q: url.q, segment: url.segment, sort: url.sort ?? '-net', limit, offset: Number(url.offset ?? 0) }
  const query = useGet<CustomerList>('customers', '/customers', params)
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  const columns: Column<CustomerRow>[] = [
    { id: 'id', label: words.columns.id, cell: (c) => <Link to="/customers/$id" params={{ id: c.id }} className={css.name}><span>{c.id}</span><span className={css.explain}>{c.country}</span></Link> },
    { id: 'segment', label: words.columns.segment, cell: (c) => c.segment },
    { id: 'net', label: words.columns.net, sort: 'net', end: true, cell: (c) => moneyShort(c.net_minor, shop) },
    { id: 'orders', label: words.columns.orders, sort: 'orders', end: true, cell: (c) => number(c.orders) },
    { id: 'last', label: words.columns.recency, sort: 'last_order', end: true, cell: (c) => <span title={words.ago(number(c.recency_days))}>{day(c.last_order)}</span> },
    { id: 'first', label: words.columns.first_order, sort: 'first_order', end: true, cell: (c) => day(c.first_order) },
    { id: 'rfv', label: words.columns.rfv, end: true, cell: (c) => c.rfv },
    { id: 'p', label: words.columns.p_repeat, sort: 'p_repeat', end: true, cell: (c) => percent(c.p_repeat, 0) },
  ]
  return (
    <Section title={words.list} flush actions={<Button component="a" variant="default" size="xs" href={apiUrl('/customers', { ...params, limit: undefined, offset: undefined, format: 'csv' })}>{words.export}</Button>}>
      <Tools>
        <SearchField label={words.search} />
        <Select aria-label={words.columns.segment} size="sm" clearable placeholder={words.all} data={segments} value={url.segment ?? null} onChange={(v) => setUrl({ segment: v ?? undefined, offset: undefined })} />
      </Tools>
      {query.data.items.length === 0 ? <EmptyState title={words.none} /> : <DataTable label={words.list} columns={columns} rows={query.data.items} keyOf={(c) => c.id} sort="-net" page={{ limit, total: query.data.total }} />}
    </Section>
  )
}
