// What a difference between two reports may come from: another line of the month, or one order.
import type { SalesLine, SalesOrder } from '../../api'
import type { Column } from './forms'

export interface Why { line?: 'isTax' | 'isShipping' | 'isReturns' | 'isDiscounts' | 'isFees'; order?: string; edge?: boolean }

export function explain(column: Column, apart: number, month: SalesLine, orders: SalesOrder[]): Why | undefined {
  if (column.count) return undefined
  const size = Math.abs(apart)
  const lines = [[month.tax_minor, 'isTax'], [month.tax_minor + month.tax_back_minor, 'isTax'], [month.shipping_minor, 'isShipping'], [month.returns_minor, 'isReturns'], [month.returns_minor + month.tax_back_minor, 'isReturns'],
    [month.discounts_minor, 'isDiscounts'], [month.fees_minor, 'isFees']] as const
  for (const [amount, word] of lines) if (amount !== 0 && Math.abs(amount) === size && Math.abs(column.of(month)) !== size) return { line: word }
  const order = orders.find((o) => column.of(o) !== 0 && Math.abs(column.of(o)) === size)
  if (!order) return undefined
  const date = new Date(order.placed)
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  return { order: order.order, edge: date.getUTCDate() === 1 || date.getUTCDate() === days }
}
