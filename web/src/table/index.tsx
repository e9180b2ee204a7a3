// A list that the server sorts, filters and pages. Order, filter and page live in the address. Where there is no room for
// columns every row becomes a card. A row with a link (an <a data-row> in one of its cells) opens by a click anywhere on
// it; the arrow keys go from row to row, Home and End to the first and last, Enter opens.
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react'
import { Pager, useUrlState } from '../shell'
import { SortBar } from './sort'
import css from './table.module.css'

export { ListPanel, ListNote, Tools } from './panel'
export { SearchField } from './search'

export interface Column<Row> {
  id: string
  label: string
  cell: (row: Row) => ReactNode
  /** The name the server sorts by; absent where it does not sort by this. */
  sort?: string
  end?: boolean
  /** Explains the column; shown on hover of its name. */
  hint?: string
  /** Left out where there is room for most columns but not for all. Cards show it. */
  low?: boolean
}

interface Props<Row> {
  label: string
  columns: Column<Row>[]
  rows: Row[]
  keyOf: (row: Row) => string
  /** What the list is sorted by while the address says nothing. */
  sort?: string
  page?: { limit: number; total: number }
  /** Another page is on its way; these rows are the ones before. */
  busy?: boolean
}

export function DataTable<Row>({ label, columns, rows, keyOf, sort, page, busy }: Props<Row>) {
  const [url, setUrl] = useUrlState()
  const by = url.sort ?? sort ?? ''
  return (
    <div className={css.wrap} data-wide={columns.length > 6 || undefined}>
      <SortBar columns={columns} by={by} onChange={(s) => setUrl({ sort: s, offset: undefined })} />
      <table className={css.table} aria-label={label} aria-busy={busy || undefined}>
        <thead>
          <tr>{columns.map((c) => <Head key={c.id} column={c} by={by} onSort={(s) => setUrl({ sort: s, offset: undefined })} />)}</tr>
        </thead>
        <tbody onKeyDown={walk}>
          {rows.map((row) => (
            <tr key={keyOf(row)} onClick={openRow}>
              {columns.map((c, i) => (
                <td key={c.id} className={c.end ? css.end : undefined} data-low={c.low || undefined} data-first={i === 0 || undefined}>
                  {i > 0 && c.label !== '' && <span className={css.label} aria-hidden>{c.label}</span>}
                  {c.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {page && <Pager offset={Number(url.offset ?? 0)} limit={page.limit} total={page.total} onChange={(o) => { setUrl({ offset: o || undefined }); window.scrollTo({ top: 0 }) }} />}
    </div>
  )
}

function Head<Row>({ column: c, by, onSort }: { column: Column<Row>; by: string; onSort: (sort: string) => void }) {
  const down = by.startsWith('-')
  const on = c.sort !== undefined && c.sort === by.replace(/^-/, '')
  return (
    <th scope="col" title={c.hint} className={c.end ? css.end : undefined} data-low={c.low || undefined} aria-sort={on ? (down ? 'descending' : 'ascending') : undefined}>
      {c.sort === undefined ? c.label : (
        <button type="button" className={css.sort} data-on={on || undefined} onClick={() => onSort(on && down ? (c.sort ?? '') : `-${c.sort ?? ''}`)}>
          {c.label}<span aria-hidden className={css.arrow}>{on && !down ? '↑' : '↓'}</span>
        </button>
      )}
    </th>
  )
}

/** A click on the row is a click on its link, unless it was meant for something else in it or marked text. */
function openRow(event: MouseEvent<HTMLTableRowElement>) {
  if ((event.target as Element).closest('a, button, input, select, label, summary, pre')) return
  if (window.getSelection()?.toString()) return
  const link = event.currentTarget.querySelector<HTMLAnchorElement>('a[data-row]')
  if (!link) return
  if (event.metaKey || event.ctrlKey) window.open(link.href, '_blank', 'noopener')
  else link.click()
}

function walk(event: KeyboardEvent<HTMLTableSectionElement>) {
  const { key } = event
  if (!['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(key) || event.altKey || event.ctrlKey || event.metaKey) return
  const from = event.target as Element
  if (from.closest('input, select, textarea')) return
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>('a[data-row]')]
  const at = links.findIndex((link) => link.closest('tr') === from.closest('tr'))
  if (at < 0) return
  const to = key === 'Home' ? 0 : key === 'End' ? links.length - 1 : at + (key === 'ArrowDown' ? 1 : -1)
  const next = links[to]
  if (!next) return
  event.preventDefault()
  next.focus()
}
