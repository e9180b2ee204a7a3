// Sorting where rows are cards and there are no column heads to press.
import type { Column } from './index'
import { words } from './strings'
import css from './table.module.css'

export function SortBar<Row>({ columns, by, onChange }: { columns: Column<Row>[]; by: string; onChange: (sort: string) => void }) {
  const options = columns.filter((c) => c.sort !== undefined)
  if (options.length === 0) return null
  const down = by.startsWith('-')
  const name = by.replace(/^-/, '')
  return (
    <div className={css.sortBar}>
      <label>
        <span>{words.sort}</span>
        <select value={name} onChange={(e) => onChange(`${down ? '-' : ''}${e.currentTarget.value}`)}>
          {options.map((c) => <option key={c.id} value={c.sort}>{c.label}</option>)}
        </select>
      </label>
      <button type="button" onClick={() => onChange(`${down ? '' : '-'}${name}`)}>{down ? words.down : words.up}</button>
    </div>
  )
}
