// Rows that could not become facts: by reason, as they came, with what to do; try again or dismiss.
import { Button, Modal, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { apiUrl, useGet, usePost } from '../../api'
import type { JobStarted, QuarantineList, QuarantineRow, Replay } from '../../api'
import { instant, number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useMay, useShop, useUrlState } from '../../shell'
import { strings } from '../../strings'
import { DataTable, ListPanel } from '../../table'
import { Again } from './again'
import css from './data.module.css'
import { JobProgress, useJob } from './job'
import { reasonName, words as all } from './strings'

const words = all.quarantine
const limit = 50
const statuses = ['open', 'replayed', 'dismissed'] as const

export function Quarantine() {
  const may = useMay('operator')
  return may ? <Rows /> : <p className="quiet">{words.viewer}</p>
}

function Rows() {
  const [url, setUrl] = useUrlState()
  const [asked, setAsked] = useState<'settings' | 'dismiss'>()
  const status = statuses.find((s) => s === url.status) ?? 'open'
  const open = status === 'open'
  const params = { reason: url.reason, status, limit, offset: Number(url.offset ?? 0) }
  const query = useGet<QuarantineList>('quarantine', '/quarantine', params)
  const dismiss = usePost<{ ids: number[] }>('/quarantine/dismiss', { invalidates: ['quarantine', 'data', 'home'] })
  const replay = usePost<Replay, JobStarted>('/quarantine/replay')
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  const { items, total, by_reason: reasons } = query.data
  const failure = dismiss.error ?? replay.error
  const start = (r: Replay) => replay.mutate(r, { onSuccess: () => setAsked(undefined), onError: () => setAsked(undefined) })
  const chip = (reason: string | undefined, label: string, n: number) => <button key={label} type="button" className={css.chip} aria-pressed={url.reason === reason} onClick={() => setUrl({ reason, offset: undefined })}>{label} <span>{number(n)}</span></button>
  const all_ = Object.values(reasons).reduce((a, b) => a + b, 0)
  const empty = open ? words.none : status === 'replayed' ? words.emptyReplayed : words.emptyDismissed
  return (
    <div className={css.stack}>
      {replay.data && <Result job={replay.data.job} />}
      {failure && <Section title={all.import.failed} flush><ErrorState error={failure} /></Section>}
      <ListPanel
        title={words.title} csv={total > 0 ? apiUrl('/quarantine', { ...params, limit: undefined, offset: undefined, format: 'csv' }) : undefined}
        tools={
          <div className={css.bar}>
            <NativeSelect aria-label={words.status} size="sm" value={status} data={statuses.map((s) => ({ value: s, label: words[s] }))} onChange={(e) => setUrl({ status: e.currentTarget.value === 'open' ? undefined : e.currentTarget.value, reason: undefined, offset: undefined })} />
            {open && total > 0 && <Button variant="default" size="sm" loading={replay.isPending && asked === undefined} onClick={() => start({ reason: url.reason })}>{words.again}</Button>}
            {open && total > 0 && <Button variant="default" size="sm" onClick={() => setAsked('settings')}>{words.with}</Button>}
            {open && items.length > 0 && <Button variant="default" size="sm" onClick={() => setAsked('dismiss')}>{words.dismissAll}</Button>}
          </div>
        }
      >
        {all_ > 0 && <div className={css.chips} role="group" aria-label={words.columns.reason}>{chip(undefined, words.everything, all_)}{Object.entries(reasons).sort((a, b) => b[1] - a[1]).map(([r, n]) => chip(r, reasonName(r), n))}</div>}
        {items.length === 0 ? <EmptyState title={empty}>{open ? words.noneText : undefined}</EmptyState> : (
          <DataTable<QuarantineRow> label={words.title} rows={items} keyOf={(r) => String(r.id)} page={{ limit, total }} busy={query.isPlaceholderData} columns={[
            { id: 'raw', label: words.columns.raw, cell: (r) => <Raw row={r} /> },
            { id: 'reason', label: words.columns.reason, cell: (r) => <span className={css.source}><b>{reasonName(r.reason)}</b><span className="quiet small">{r.detail}</span></span> },
            { id: 'remedy', label: words.columns.remedy, cell: (r) => <span className="small">{r.remedy}</span> },
            ...(open ? [{ id: 'act', label: '', end: true, cell: (r: QuarantineRow) => <Button variant="subtle" size="xs" loading={dismiss.isPending && dismiss.variables.ids.includes(r.id) && asked === undefined} aria-label={`${words.dismiss}: ${words.columns.line} ${r.line}`} onClick={() => dismiss.mutate({ ids: [r.id] })}>{words.dismiss}</Button> }] : []),
          ]} />
        )}
      </ListPanel>
      <Again opened={asked === 'settings'} reason={url.reason} count={total} imports={[...new Set(items.map((i) => i.import_id))]} busy={replay.isPending} onClose={() => setAsked(undefined)} onGo={start} />
      <Modal opened={asked === 'dismiss'} onClose={() => setAsked(undefined)} title={words.confirm(number(items.length))} closeButtonProps={{ 'aria-label': strings.shell.close }}>
        <div className={css.again}>
          <p>{words.confirmText}</p>
          <div className={css.end}><Button variant="default" onClick={() => setAsked(undefined)}>{strings.shell.cancel}</Button><Button loading={dismiss.isPending} onClick={() => dismiss.mutate({ ids: items.map((i) => i.id) }, { onSettled: () => setAsked(undefined) })}>{words.dismiss}</Button></div>
        </div>
      </Modal>
    </div>
  )
}

function Raw({ row }: { row: QuarantineRow }) {
  const shop = useShop()
  return (
    <span className={css.source}>
      <code className={css.raw}>{row.raw}</code>
      <span className="quiet small" title={instant(row.at, shop.time_zone)}>{[row.line > 0 && `${words.columns.line} ${number(row.line)}`, row.source].filter(Boolean).join(' · ')}</span>
    </span>
  )
}

/** What became of the rows that were tried again. */
function Result({ job }: { job: string }) {
  const state = useJob(job)
  const r = state?.report
  return (
    <Section title={words.replayed}>
      {state?.status === 'done' && r ? <p role="status">{words.result(number(r.accepted), number(r.quarantined))}</p> : <JobProgress id={job} />}
    </Section>
  )
}
