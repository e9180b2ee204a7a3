// Every product with its forecast, how good such forecasts were, and why there is none.
import { NativeSelect } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { apiUrl, useGet } from '../../api'
import type { DemandList, DemandRow } from '../../api'
import { Spark } from '../../chart'
import { ago, day, number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, useUrlState } from '../../shell'
import { strings } from '../../strings'
import { DataTable, ListNote, ListPanel, SearchField } from '../../table'
import type { Column } from '../../table'
import css from './demand.module.css'
import { ofHundred, signed } from './score'

const words = strings.demand
const limit = 50

export function List() {
  const [url, setUrl] = useUrlState()
  const params = { q: url.q, category: url.category, type: url.type, only: url.only, place: url.place, region: url.region, unplaced: url.unplaced, sort: url.sort ?? '-demand', limit, offset: Number(url.offset ?? 0) }
  const query = useGet<DemandList>('demand', '/demand', params)
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={12} />
  const { items, total, card, categories } = query.data
  const at = url.place ?? url.region ?? (url.unplaced && words.places.unplaced)
  const filtered = url.q || url.category || url.type || url.only || at
  if (total === 0 && !filtered) return <EmptyState title={words.empty} action={{ label: words.import, to: '/data/import' }}>{words.emptyText}</EmptyState>
  const choose = (name: string) => (e: { currentTarget: { value: string } }) => setUrl({ [name]: e.currentTarget.value || undefined, offset: undefined })
  return (
    <ListPanel
      title={words.list} csv={apiUrl('/demand', { ...params, limit: undefined, offset: undefined, format: 'csv' })}
      tools={
        <>
          <SearchField label={words.search} />
          {categories.length > 1 && <NativeSelect aria-label={words.category} size="sm" value={url.category ?? ''} onChange={choose('category')} data={[{ value: '', label: words.allCategories }, ...categories]} />}
          <NativeSelect aria-label={words.type} size="sm" value={url.type ?? ''} onChange={choose('type')} data={[{ value: '', label: words.allTypes }, ...Object.entries(words.types).map(([value, label]) => ({ value, label }))]} />
          <NativeSelect
            aria-label={words.only} size="sm" value={url.only ?? ''} onChange={choose('only')}
            data={[{ value: '', label: words.all }, { value: 'forecast', label: words.only_forecast }, { value: 'missing', label: `${words.only_missing} (${number(query.data.without)})` }, { value: 'adjusted', label: `${words.only_adjusted} (${number(query.data.adjusted)})` }]}
          />
        </>
      }
    >
      <ListNote><span role="status">{words.count(number(total))}</span>{card && ` · ${words.trained(card.champion, ago(card.trained_at))}`}{query.data.start && ` · ${words.under(day(query.data.start))}`}{at && <> · {words.places.at(at)} <button type="button" className={css.link} onClick={() => setUrl({ place: undefined, region: undefined, unplaced: undefined, offset: undefined })}>{words.places.everywhere}</button></>}</ListNote>
      {items.length === 0
        ? <EmptyState title={words.none} action={<Link to="/demand">{words.clear}</Link>}>{words.noneText}</EmptyState>
        : <DataTable label={words.list} columns={columns} rows={items} keyOf={(p) => p.sku} sort="-demand" page={{ limit, total }} busy={query.isPlaceholderData} />}
    </ListPanel>
  )
}

const units = (v: number | undefined) => number(v, v !== undefined && v < 10 ? 1 : 0)

const columns: Column<DemandRow>[] = [
  { id: 'title', label: words.columns.title, sort: 'title', cell: (p) => <Name row={p} /> },
  { id: 'next', label: words.columns.next, hint: words.hints.next, low: true, end: true, cell: (p) => <span className={css.sparks}><Spark values={p.trend} width={64} />{p.next.length > 1 && <Spark values={p.next} width={64} />}</span> },
  { id: 'demand', label: words.columns.demand, hint: words.hints.demand, sort: 'demand', end: true, cell: (p) => units(p.demand_week) },
  { id: 'quarter', label: words.columns.quarter, hint: words.hints.quarter, sort: 'quarter', end: true, cell: (p) => units(p.quarter) },
  { id: 'error', label: words.columns.error, hint: words.hints.error, sort: 'error', end: true, cell: (p) => <Missed row={p} /> },
  { id: 'bias', label: words.columns.bias, hint: words.hints.bias, sort: 'bias', end: true, low: true, cell: (p) => <span className={css.two}><span>{signed(p.bias)}</span><span className={css.code}>{p.baseline_bias !== undefined && `${words.columns.baseline} ${signed(p.baseline_bias)}`}</span></span> },
  { id: 'type', label: words.columns.type, sort: 'type', cell: (p) => <span className={css.two}><span>{words.types[p.type]}</span>{p.method && <span className={css.code}>{p.method}</span>}</span> },
]

function Name({ row }: { row: DemandRow }) {
  return (
    <Link data-row to="/demand/$sku" params={{ sku: row.sku }} className={css.name}>
      <span>{row.title || row.sku}</span>
      <span className={css.code}>{[row.sku, row.category].filter(Boolean).join(' · ')}</span>
      {row.adjusted && <span className={css.flag}>{words.adjusted}</span>}
      {row.missing && <span className={css.code}>{row.missing}</span>}
    </Link>
  )
}

function Missed({ row }: { row: DemandRow }) {
  if (row.error === undefined || row.baseline_error === undefined) return <span className="quiet small">{words.untested}</span>
  return <span className={css.two}><span>{ofHundred(row.error)}%</span><span className={css.code}>{words.columns.baseline} {ofHundred(row.baseline_error)}%</span></span>
}
