// Imports so far, each with its account; the mapping that repeats it folds out.
import { useGet } from '../../api'
import type { ImportList, ImportReport } from '../../api'
import { ago, instant, number } from '../../format'
import { ErrorState, Section, useShop } from '../../shell'
import { DataTable } from '../../table'
import css from './data.module.css'
import { kindName, words as all } from './strings'

const words = all.import

export function Earlier() {
  const query = useGet<ImportList>('imports', '/imports')
  if (query.error && !query.data) return <Section title={words.earlier} flush><ErrorState error={query.error} retry={() => void query.refetch()} /></Section>
  if (!query.data || query.data.items.length === 0) return null
  return (
    <Section title={words.earlier} flush>
      <DataTable<ImportReport> label={words.earlier} rows={query.data.items} keyOf={(r) => r.id} columns={[
        { id: 'name', label: words.file, cell: (r) => <Name r={r} /> },
        { id: 'read', label: words.read, end: true, cell: (r) => number(r.read) },
        { id: 'accepted', label: words.accepted, end: true, cell: (r) => number(r.accepted) },
        { id: 'duplicates', label: words.duplicates, end: true, cell: (r) => number(r.duplicates) },
        { id: 'filtered', label: words.filtered, end: true, cell: (r) => number(r.filtered) },
        { id: 'quarantined', label: words.quarantined, end: true, cell: (r) => number(r.quarantined) },
      ]} />
    </Section>
  )
}

function Name({ r }: { r: ImportReport }) {
  const shop = useShop()
  return (
    <span className={css.source}>
      <b>{r.kind === 'replay' ? kindName('replay') : r.name}</b>
      <span className="quiet small">{[r.kind === 'replay' ? '' : kindName(r.kind), r.source].filter(Boolean).join(' · ')}{' · '}<time dateTime={r.started_at} title={instant(r.started_at, shop.time_zone)}>{ago(r.started_at)}</time>{r.status !== 'done' && <> · <b>{words.status[r.status]}</b></>}</span>
      {r.error && <span className={css.loss}>{[r.error, r.remedy].filter(Boolean).join(' ')}</span>}
      {r.mapping && <details className="small"><summary className={css.summary}>{words.mapping}</summary><pre className={css.raw}>{r.mapping}</pre></details>}
    </span>
  )
}
