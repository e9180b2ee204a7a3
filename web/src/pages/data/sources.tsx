// What every source has told, how fresh it is, and what was wrong with it.
import { useGet } from '../../api'
import type { components } from '../../api/openapi'
import { ago, dayRange, instant, number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useShop } from '../../shell'
import { strings } from '../../strings'
import { DataTable } from '../../table'
import css from './data.module.css'

const words = strings.data.sources

export function Sources() {
  const shop = useShop()
  const query = useGet<components['schemas']['Data']>('data', '/data')
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  const d = query.data
  if (!d) return <PageSkeleton />
  if (d.sources.length === 0) return <EmptyState title={words.none} action={{ label: words.action, to: '/data/import' }}>{words.noneText}</EmptyState>
  return (
    <Section title={words.title} under={`${words.facts(number(d.facts))}${d.behind > 0 ? ` · ${words.behind(number(d.behind))}` : ''}`} flush>
      {d.damaged && <p role="alert" className={css.alert}><b>{words.damaged}.</b> {d.damaged}</p>}
      <DataTable label={words.title} rows={d.sources} keyOf={(s) => s.source} columns={[
        { id: 'source', label: words.columns.source, cell: (s) => <span className={css.source}><b>{s.source}</b>{s.synthetic && <span className={css.tag}>{words.synthetic}</span>}<span className="quiet small">{s.kinds.map((k) => `${k.kind} ${number(k.facts)}`).join(', ')}</span></span> },
        { id: 'facts', label: words.columns.facts, end: true, cell: (s) => number(s.facts) },
        { id: 'span', label: words.columns.span, cell: (s) => dayRange(s.first.slice(0, 10), s.last.slice(0, 10)) },
        { id: 'received', label: words.columns.received, cell: (s) => <span title={instant(s.last_received, shop.time_zone)}>{ago(s.last_received)}</span> },
        { id: 'duplicates', label: words.columns.duplicates, end: true, cell: (s) => number(s.duplicates) },
        { id: 'conflicts', label: words.columns.conflicts, end: true, cell: (s) => number(s.conflicts) },
        { id: 'quarantined', label: words.columns.quarantined, end: true, cell: (s) => number(s.quarantined) },
      ]} />
    </Section>
  )
}
