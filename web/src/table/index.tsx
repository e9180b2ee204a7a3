// A list that the server sorts, filters and pages. Order, filter and page live in the address. On a narrow screen
// every row becomes a card.
import type { ReactNode } from 'react'
import { Pager, useUrlState } from '../shell'
import css from './table.module.css'

export interface Column<Row> {
  id: string
  label: string
  cell: (row: Row) => ReactNode
  /** The name the server sorts by; absent where it does not sort by this. */
  sort?: string
  end?: boolean
}

interface Props<Row> {
  label: string
  columns: Column<Row>[]
  rows: Row[]
  keyOf: (row: Row) => string
  /** What the list is sorted by while the address says nothing. */
  sort?: string
  page?: { limit: number; total: number }
}

export function DataTable<Row>({ label, columns, rows, keyOf, sort, page }: Props<Row>) {
  const [url, setUrl] = useUrlState()
  const by = url.sort ?? sort ?? ''
  const name = by.replace(/^-/, '')
  return (
    <>
      <div className={css.scroll}>
        <table className={css.table} aria-label={label}>
          <thead>
            <tr>
              {columns.map((c) => {
                const on = c.sort !== undefined && c.sort === name
                return (
                  <th key={c.id} scope="col" className={c.end ? css.end : undefined} aria-sort={on ? (by.startsWith('-') ? 'descending' : 'ascending') : undefined}>
                    {c.sort === undefined ? c.label : (
                      <button type="button" className={css.sort} data-on={on || undefined} onClick={() => setUrl({ sort: on && by.startsWith('-') ? c.sort : `-${c.sort ?? ''}`, offset: undefined })}>
                        {c.label}{on ? (by.startsWith('-') ? ' ↓' : ' ↑') : ''}
                      </button>
                    )}
                  </th>
                )
              })}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={keyOf(row)}>
                {columns.map((c, i) => (
                  <td key={c.id} className={c.end ? css.end : undefined}>
                    {i > 0 && c.label !== '' && <span className={css.label} aria-hidden>{c.label}</span>}
                    {c.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {page && <Pager offset={Number(url.offset ?? 0)} limit={page.limit} total={page.total} onChange={(o) => setUrl({ offset: o || undefined })} />}
    </>
  )
}

/** Search field, filters and actions above a list. */
export function Tools({ children }: { children: ReactNode }) {
  return <div className={css.tools}>{children}</div>
}

/** A row of values as a small line. */
export function Spark({ values, label }: { values: number[]; label: string }) {
  const width = 96
  const height = 24
  const most = Math.max(1, ...values)
  const points = values.map((v, i) => `${(i / Math.max(1, values.length - 1)) * width},${height - 2 - (v / most) * (height - 4)}`).join(' ')
  return (
    <svg className={css.spark} width={width} height={height} role="img" aria-label={label}>
      <polyline points={points} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
    </svg>
  )
}
