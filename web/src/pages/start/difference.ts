// What a difference between two reports may come from: another line of the month, or one order.
import type { SalesLine, SalesOrder } from '../../api'

export type Measure = 'orders' | 'gross_minor' | 'discounts_minor' | 'returns_minor' | 'net_minor' | 'shipping_minor' | 'fees_minor' | 'tax_minor' | 'total_minor'

/** An amount as people type it, "1.234,50" or "1,234.50", in minor units; undefined where it is none. */
export function minorOf(text: string, exponent: number): number | undefined {
  const plain = text.replace(/[^\d.,\-−]/g, '').replace('−', '-')
  const match = /^(-?)([\d.,]*\d)$/.exec(plain)
  if (!match) return undefined
  const body = match[2] ?? ''
  const last = Math.max(body.lastIndexOf('.'), body.lastIndexOf(','))
  const digits = last < 0 ? '' : body.slice(last + 1)
  // What stands before exactly the digits of a fraction is the decimal mark, anything else parts thousands.
  const fraction = last >= 0 && exponent > 0 && digits.length <= exponent ? digits : ''
  const whole = (fraction === '' ? body : body.slice(0, last)).replace(/[.,]/g, '')
  const value = Number(whole + fraction.padEnd(exponent, '0').slice(0, exponent))
  return Number.isFinite(value) ? (match[1] ? -value : value) : undefined
}

export interface Why { line?: 'isTax' | 'isShipping' | 'isReturns' | 'isDiscounts' | 'isFees'; order?: string; edge?: boolean }

export function explain(measure: Measure, apart: number, month: SalesLine, orders: SalesOrder[]): Why | undefined {
  if (measure === 'orders') return undefined
  const size = Math.abs(apart)
  const lines = [['tax_minor', 'isTax'], ['shipping_minor', 'isShipping'], ['returns_minor', 'isReturns'], ['discounts_minor', 'isDiscounts'], ['fees_minor', 'isFees']] as const
  for (const [line, word] of lines) if (line !== measure && month[line] !== 0 && Math.abs(month[line]) === size) return { line: word }
  const order = orders.find((o) => o[measure] !== 0 && Math.abs(o[measure]) === size)
  if (!order) return undefined
  const date = new Date(order.placed)
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  return { order: order.order, edge: date.getUTCDate() === 1 || date.getUTCDate() === days }
}
