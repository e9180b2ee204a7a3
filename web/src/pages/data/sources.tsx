// What every source has told, how fresh it is, and what was wrong with it.
import { Link } from '@tanstack/react-router'
import { useGet } from '../../api'
import type { Data, SourceRow } from '../../api'
import { ago, dayRange, instant, number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, SyntheticNote, useShop } from '../../shell'
import { DataTable } from '../../table'
import css from './data.module.css'
import { factName, words as all } from './strings'
import { Tail } from './tail'

const words = all.sources

export function Sources() {
  const shop = useShop()
  const query = useGet<Data>('data', '/data')
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  const d = query.data
  if (!d) return <PageSkeleton />
  if (d.sources.length === 0) return <EmptyState title={words.none} action={{ label: words.action, to: '/data/import' }}>{words.noneText}</EmptyState>
  return (
    <>
      {d.damaged && <p role="alert" className={css.alarm}><b>{words.damaged}.</b> {d.damaged}</p>}
      <SyntheticNote sources={d.sources.filter((s) => s.synthetic).map((s) => s.source)} />
      <Section title={words.title(number(d.facts))} under={d.behind > 0 ? words.behind(number(d.behind)) : words.under} flush>
        <DataTable<SourceRow> label={words.title(number(d.facts))} rows={d.sources} keyOf={(s) => s.source} columns={[
          { id: 'source', label: words.columns.source, cell: (s) => <Source s={s} /> },
          { id: 'facts', label: words.columns.facts, end: true, cell: (s) => number(s.facts) },
          { id: 'span', label: words.columns.span, low: true, cell: (s) => dayRange(s.first.slice(0, 10), s.last.slice(0, 10)) },
          { id: 'received', label: words.columns.received, end: true, cell: (s) => <time dateTime={s.last_received} title={instant(s.last_received, shop.time_zone)}>{ago(s.last_received)}</time> },
          { id: 'minute', label: words.perMinute, end: true, cell: (s) => number(Math.round(s.per_minute * 10) / 10) },
          { id: 'late', label: words.late, end: true, cell: (s) => number(s.late) },
          { id: 'unknown', label: words.unknown, end: true, cell: (s) => number(s.unknown) },
          { id: 'duplicates', label: words.columns.duplicates, end: true, cell: (s) => number(s.duplicates) },
          { id: 'conflicts', label: words.columns.conflicts, end: true, cell: (s) => number(s.conflicts) },
          { id: 'quarantined', label: words.columns.quarantined, end: true, cell: (s) => (s.quarantined > 0 ? <Link to="/data/{-$tab}" params={{ tab: 'quarantine' }}>{number(s.quarantined)}</Link> : '0') },
        ]} />
      </Section>
      <Tail />
    </>
  )
}

function Source({ s }: { s: SourceRow }) {
  return (
    <span className={css.source}>
      <span><b>{s.source}</b> {s.synthetic && <span className={css.tag}>{words.synthetic}</span>} {s.stale && <span className={css.tag} title={words.staleFor(words.usual(s.expected_seconds))}>{words.stale}</span>}</span>
      <span className="quiet small">{s.kinds.map((k) => `${number(k.facts)} ${factName(k.kind)}`).join(' · ')}</span>
    </span>
  )
}
