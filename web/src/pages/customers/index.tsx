// Customers: who buys here and who comes back, and everybody with recency, frequency and value.
import { Link } from '@tanstack/react-router'
import { useGet } from '../../api'
import type { CustomerOverview } from '../../api'
import { number } from '../../format'
import { EmptyState, ErrorState, PageHeader, PageSkeleton, useUrlState } from '../../shell'
import settings from '../settings/settings.module.css'
import { List } from './list'
import { Overview } from './overview'
import { words } from './strings'

const views = ['overview', 'list'] as const

export default function CustomersPage() {
  const [url] = useUrlState()
  const overview = useGet<CustomerOverview>('customers', '/customers/overview')
  // A link that names a segment or a search means the list.
  const view = url.view === 'list' || url.view === 'overview' ? url.view : url.segment || url.q ? 'list' : 'overview'
  if (overview.error && !overview.data) return <><PageHeader title={words.title} /><ErrorState error={overview.error} retry={() => void overview.refetch()} /></>
  const o = overview.data
  if (!o) return <PageSkeleton />
  const total = o.segments.reduce((sum, s) => sum + s.customers, 0)
  if (total === 0) return <><PageHeader title={words.title} /><EmptyState title={words.empty} action={{ label: words.import, to: '/data/import' }}>{words.emptyText}</EmptyState></>
  return (
    <>
      <PageHeader title={words.title}>{words.count(number(total))}</PageHeader>
      <nav className={settings.tabs} aria-label={words.title}>
        {views.map((v) => <Link key={v} to="/customers" search={{ view: v } as Record<string, string>} aria-current={v === view ? 'page' : undefined}>{words.tabs[v]}</Link>)}
      </nav>
      {view === 'overview' ? <Overview o={o} /> : <List segments={o.segments} />}
    </>
  )
}
