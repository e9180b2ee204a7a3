// The report of sales by month, and what the first hour changes.
import { days, isEmpty } from './world.mjs'

const line = (month, list) => {
  const gross = list.reduce((sum, d) => sum + d.gross_minor, 0)
  const discounts = Math.round(gross * 0.06)
  const returns = list.reduce((sum, d) => sum + d.returns_minor, 0)
  const orders = list.reduce((sum, d) => sum + d.orders, 0)
  const net = gross - discounts - returns
  const shipping = orders * 395
  const tax = Math.round(net * 0.2)
  return { month, orders, gross_minor: gross, discounts_minor: discounts, returns_minor: returns, net_minor: net, shipping_minor: shipping, fees_minor: 0, tax_minor: tax, total_minor: net + shipping + tax,
    tax_back_minor: Math.round(returns * 0.2), priced_minor: Math.round(gross * 1.2), units: orders * 2, units_back: Math.round(returns / 2500) }
}

export default function begin(api) {
  const months = () => [...new Set(days.map((d) => d.day.slice(0, 7)))].map((month) => line(month, days.filter((d) => d.day.startsWith(month))))
  const total = (list) => list.reduce((sum, m) => Object.fromEntries(Object.keys(m).map((k) => [k, k === 'month' ? '' : (sum[k] ?? 0) + m[k]])), {})
  api.get('/api/reports/sales', ({ shop }) => {
    if (isEmpty(shop)) return { currency: 'GBP', platform: '', months: [], sum: line('', []), others: 0, left_out: {} }
    return { currency: 'GBP', platform: 'shopify', months: months(), sum: total(months()), others: 3, left_out: { 'test order': 2, negative_price: 1 } }
  })
  api.get('/api/reports/sales/:month', ({ params }) => {
    const m = months().find((v) => v.month === params.month)
    if (!m) throw api.problem(422, 'invalid', 'The request cannot be followed', 'The month is not like 2026-03.', 'Correct it.')
    const items = [4, 9, 31].map((part, i) => ({ ...line(m.month, [{ gross_minor: Math.round(m.gross_minor / part / 9), returns_minor: 0, orders: 1 }]), order: `#10${42 + i}`, placed: `${m.month}-0${1 + i}T10:00:00Z` }))
    return { items, total: items.length, sum: m }
  })
  api.put('/api/products/:sku/terms', () => undefined)
  api.post('/api/example', () => ({ job: 'job_import' }))
}
