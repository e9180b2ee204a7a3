// Writes the decisions on the screen as a CSV file: one row each, money in major units with a dot, days as they are.
import type { DecisionSummary, Shop } from '../../api'
import { major } from '../../format'

const columns = ['id', 'status', 'group', 'sku', 'title', 'action', 'currency', 'value_low', 'value_mid', 'value_high', 'created_at', 'expires_at', 'synthetic'] as const

/** A cell that a spreadsheet cannot read as a formula, quoted where needed. */
function cell(value: string): string {
  const safe = /^[=+\-@\t]/.test(value) && !/^-?\d/.test(value) ? `'${value}` : value
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function csvOf(items: DecisionSummary[], shop: Shop): string {
  const amount = (minor: number | undefined) => (minor === undefined ? '' : major(minor, shop).toFixed(shop.currency_exponent))
  const rows = items.map((d) => [d.id, d.status, d.group, d.subject, d.title, d.action, d.currency, amount(d.p10_minor), amount(d.p50_minor), amount(d.p90_minor), d.created_at, d.expires_at ?? '', String(d.synthetic)])
  return [columns as readonly string[], ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}

export function saveCsv(items: DecisionSummary[], shop: Shop): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([csvOf(items, shop)], { type: 'text/csv' }))
  link.download = `decisions-${shop.id}.csv`
  link.click()
  URL.revokeObjectURL(link.href)
}
