// Imports so far, each with its account; the mapping that repeats it folds out.
import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import { useGet, usePost } from '../../api'
import type { ImportList, ImportReport, JobStarted } from '../../api'
import { ago, instant, number } from '../../format'
import { ErrorState, Section, useMay, useShop } from '../../shell'
import { strings } from '../../strings'
import { DataTable } from '../../table'
import css from './data.module.css'
import { JobProgress } from './job'
import { kindName, words as all } from './strings'

const words = all.import

export function Earlier() {
  const may = useMay('operator')
  const [asked, setAsked] = useState<ImportReport>()
  const query = useGet<ImportList>('imports', '/imports')
  const undo = usePost<string, JobStarted>((id) => `/imports/${id}`, { method: 'DELETE', body: () => undefined, invalidates: ['imports', 'jobs'] })
  if (query.error && !query.data) return <Section title={words.earlier} flush><ErrorState error={query.error} retry={() => void query.refetch()} /></Section>
  if (!query.data || query.data.items.length === 0) return null
  return (
    <Section title={words.earlier} flush>
      {undo.error && <ErrorState error={undo.error} />}
      {undo.data && <JobProgress id={undo.data.job} />}
      <DataTable<ImportReport> label={words.earlier} rows={query.data.items} keyOf={(r) => r.id} columns={[
        { id: 'name', label: words.file, cell: (r) => <Name r={r} /> },
        { id: 'read', label: words.read, end: true, cell: (r) => number(r.read) },
        { id: 'accepted', label: words.accepted, end: true, cell: (r) => number(r.accepted) },
        { id: 'duplicates', label: words.duplicates, end: true, cell: (r) => number(r.duplicates) },
        { id: 'filtered', label: words.filtered, end: true, cell: (r) => number(r.filtered) },
        { id: 'quarantined', label: words.quarantined, end: true, cell: (r) => number(r.quarantined) },
        ...(may ? [{ id: 'act', label: '', end: true, cell: (r: ImportReport) => (undoable(r) ? <Button variant="subtle" size="xs" loading={undo.isPending && undo.variables === r.id} aria-label={`${words.undo}: ${r.name}`} onClick={() => setAsked(r)}>{words.undo}</Button> : null) }] : []),
      ]} />
      <Modal opened={asked !== undefined} onClose={() => setAsked(undefined)} title={words.undoTitle(asked?.name ?? '')} closeButtonProps={{ 'aria-label': strings.shell.close }}>
        <div className={css.again}>
          <p>{words.undoText(number(asked?.facts ?? 0))}</p>
          <div className={css.end}><Button variant="default" onClick={() => setAsked(undefined)}>{strings.shell.cancel}</Button><Button color="red" onClick={() => { if (asked) undo.mutate(asked.id); setAsked(undefined) }}>{words.undo}</Button></div>
        </div>
      </Modal>
    </Section>
  )
}

/** What a replay recorded goes with the file whose lines it tried again. */
const undoable = (r: ImportReport) => r.kind !== 'replay' && r.status !== 'running' && r.status !== 'taken_back'

function Name({ r }: { r: ImportReport }) {
  const shop = useShop()
  return (
    <span className={css.source}>
      <b>{r.kind === 'replay' ? kindName('replay') : r.name}</b>
      <span className="quiet small">{[r.kind === 'replay' ? '' : kindName(r.kind), r.source].filter(Boolean).join(' · ')}{' · '}<time dateTime={r.started_at} title={instant(r.started_at, shop.time_zone)}>{ago(r.started_at)}</time>{r.status !== 'done' && <> · <b>{words.status[r.status]}</b></>}{r.status === 'taken_back' && <> {words.taken(number(r.taken))}</>}</span>
      {r.error && <span className={css.loss}>{[r.error, r.remedy].filter(Boolean).join(' ')}</span>}
      {r.mapping && <details className="small"><summary className={css.summary}>{words.mapping}</summary><pre className={css.raw}>{r.mapping}</pre></details>}
    </span>
  )
}
