// Rows that could not become facts: by reason, as they came, with what to do; try again or dismiss.
import { Button, Select } from '@mantine/core'
import { useGet, usePost } from '../../api'
import type { JobStarted, QuarantineList } from '../../api'
import { number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useMay, useUrlState } from '../../shell'
import { strings } from '../../strings'
import { DataTable, Tools } from '../../table'
import css from './data.module.css'
import { JobProgress } from './job'

const words = strings.data.quarantine
const limit = 50

export function Quarantine() {
  const [url, setUrl] = useUrlState()
  const may = useMay('operator')
  const query = useGet<QuarantineList>('quarantine', '/quarantine', { reason: url.reason, status: 'open', limit, offset: Number(url.offset ?? 0) })
  const dismiss = usePost<{ ids: number[] }>('/quarantine/dismiss', { invalidates: ['quarantine', 'data', 'home'] })
  const replay = usePost<{ reason?: string }, JobStarted>('/quarantine/replay', { invalidates: ['quarantine', 'data'] })
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  const { items, total, by_reason: reasons } = query.data
  const failure = dismiss.error ?? replay.error
  if (total === 0 && !url.reason) return <EmptyState title={words.none}>{words.noneText}</EmptyState>
  return (
    <Section title={words.title} under={words.under} flush>
      <Tools>
        <Select aria-label={words.columns.reason} size="sm" clearable placeholder={words.all} value={url.reason ?? null} onChange={(v) => setUrl({ reason: v ?? undefined, offset: undefined })}
          data={Object.entries(reasons).map(([r, n]) => ({ value: r, label: `${r.replaceAll('_', ' ')} (${number(n)})` }))} />
        {may && <Button variant="default" size="sm" loading={replay.isPending} onClick={() => replay.mutate(url.reason ? { reason: url.reason } : {})}>{words.replay}</Button>}
        {may && <Button variant="default" size="sm" loading={dismiss.isPending} disabled={items.length === 0} onClick={() => dismiss.mutate({ ids: items.map((i) => i.id) })}>{words.dismissAll}</Button>}
      </Tools>
      {failure && <ErrorState error={failure} />}
      {replay.data && <div className={css.inset}><JobProgress id={replay.data.job} /></div>}
      <DataTable label={words.title} rows={items} keyOf={(r) => String(r.id)} page={{ limit, total }} columns={[
        { id: 'raw', label: words.columns.raw, cell: (r) => <code className={css.raw}>{r.raw}</code> },
        { id: 'line', label: words.columns.line, end: true, cell: (r) => (r.line > 0 ? number(r.line) : '–') },
        { id: 'reason', label: words.columns.reason, cell: (r) => r.detail },
        { id: 'remedy', label: words.columns.remedy, cell: (r) => <span className="quiet small">{r.remedy}</span> },
        { id: 'act', label: '', end: true, cell: (r) => may && <Button variant="subtle" size="xs" onClick={() => dismiss.mutate({ ids: [r.id] })}>{words.dismiss}</Button> },
      ]} />
    </Section>
  )
}
