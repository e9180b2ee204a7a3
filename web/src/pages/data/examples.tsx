// Example rows of a finding: days and money as people write them, products and customers as links.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Finding } from '../../api'
import { day, money, number } from '../../format'
import { useShop } from '../../shell'
import css from './data.module.css'
import { words as all } from './strings'

const words = all.quality

export function Examples({ rows }: { rows: Finding['examples'] }) {
  const shop = useShop()
  const columns = order([...new Set(rows.flatMap((r) => Object.keys(r)))])
  const cell = (column: string, value: string | undefined): ReactNode => {
    if (value === undefined || value === '') return '–'
    if (column.endsWith('_minor') && /^-?\d+$/.test(value)) return money(Number(value), shop)
    if (column === 'day' && /^\d{4}-\d\d-\d\d$/.test(value)) return day(value)
    if (column === 'sku' || column === 'also_sold_as') return <Link to="/products/$sku" params={{ sku: value }}>{value}</Link>
    if (column === 'customer') return <Link to="/customers/$id" params={{ id: value }}>{value}</Link>
    if (counts.has(column) && /^-?\d+$/.test(value)) return number(Number(value))
    return value
  }
  const isNumber = (c: string) => counts.has(c) || c.endsWith('_minor')
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={words.examples}>
      <table className={css.small}>
        <thead><tr>{columns.map((c) => <th key={c} scope="col" data-number={isNumber(c) || undefined}>{c.replace(/_minor$/, '').replaceAll('_', ' ')}</th>)}</tr></thead>
        <tbody>{rows.map((r, i) => <tr key={i}>{columns.map((c) => <td key={c} data-number={isNumber(c) || undefined}>{cell(c, r[c])}</td>)}</tr>)}</tbody>
      </table>
    </div>
  )
}

const counts = new Set(['units', 'usual_units', 'lines', 'names', 'movements', 'orders', 'rows', 'count'])
const first = ['day', 'order', 'document', 'sku', 'also_sold_as', 'one', 'another', 'customer']

/** What a row is about first, its numbers last. */
function order(columns: string[]): string[] {
  const place = (c: string) => { const at = first.indexOf(c); return at >= 0 ? at : counts.has(c) || c.endsWith('_minor') ? 100 : 50 }
  return columns.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
}
