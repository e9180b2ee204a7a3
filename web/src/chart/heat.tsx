// A table whose cells are tinted by their value. It stays a table: every number is there to read, for everybody.
import type { ReactNode } from 'react'
import css from './chart.module.css'
import { words } from './strings'

export interface HeatCell {
  /** 0 to 1 of the largest, or beyond the scale; undefined leaves the cell empty. */
  share?: number
  text: string
  title?: string
  /** Its time is not over: dashed, like everything that is not measured to the end. */
  partial?: boolean
}

interface Props {
  label: string
  columns: string[]
  rows: { key: string; head: ReactNode; cells: (HeatCell | undefined)[] }[]
}

export function Heat({ label, columns, rows }: Props) {
  return (
    <div className={css.heatScroll} tabIndex={0} role="region" aria-label={label}>
      <table className={css.heat}>
        <thead><tr>{columns.map((c) => <th key={c} scope="col">{c}</th>)}</tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.head}</th>
              {row.cells.map((cell, i) => (
                <td key={i} title={cell?.title} data-partial={cell?.partial || undefined} style={tint(cell)}>
                  {cell?.text}{cell?.partial && <span className="visually-hidden"> {words.notOver}</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** At most half accent, so that the ink on it stays readable on both grounds. */
function tint(cell: HeatCell | undefined) {
  if (cell?.share === undefined) return undefined
  return { background: `color-mix(in srgb, var(--accent) ${Math.round(Math.min(1, Math.max(0, cell.share)) * 40)}%, var(--panel))` }
}
