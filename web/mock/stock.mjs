// Stock, suppliers and orders to place of the example shop.
import { openDecisions, summary } from './decisions.mjs'
import replay from './replay.mjs'
import { addDays, curveOf, isEmpty, onHand, page, products, suppliers, today } from './world.mjs'

function row(p, i) {
  const base = { sku: p.sku, title: p.title, category: p.category, supplier: p.supplier, incoming: 0, estimated: false, synthetic: true, demand_week: p.rate, lead_days: p.lead_days, arrives_day: addDays(today, p.lead_days + 1) }
  if (i % 13 === 7) return { ...base, state: 'unknown', missing: 'No stock count names it.' }
  const there = i % 17 === 3 ? 0 : i % 11 === 4 ? p.rate * 40 : onHand(p)
  const weeks = there / p.rate
  const lead = p.lead_days / 7
  const state = there === 0 ? 'out' : weeks > 26 ? 'over' : weeks < lead ? 'late' : weeks < lead + 1 ? 'soon' : 'fine'
  const short = Math.max(0, Math.round(p.rate * (lead - weeks)))
  const over = Math.round(there - 26 * p.rate)
  return {
    ...base, state, on_hand: there, available: there, counted_at: `${addDays(today, -2)}T17:00:00Z`, weeks_of_cover: Math.round(weeks * 10) / 10,
    ...(i % 6 === 2 ? { incoming: p.pack * 4, next_due: addDays(today, i % 12 === 2 ? -4 : 9) } : {}),
    ...(i % 9 === 5 ? { sell_until: addDays(today, 40) } : {}),
    ...(weeks < 13 ? { stockout_day: addDays(today, Math.round(weeks * 7)) } : {}),
    ...(short > 0 ? { risk_units: short, risk_sales_minor: short * p.price_minor, ...(i % 5 ? { risk_margin_minor: short * (p.price_minor - p.cost_minor) } : {}) } : {}),
    ...(over > 0 ? { over_units: over, ...(i % 5 ? { over_cost_minor: over * p.cost_minor } : {}) } : {}),
  }
}

const sum = (rows, field) => rows.reduce((n, r) => n + (r[field] ?? 0), 0)
const count = (rows, test) => rows.filter(test).length

function orders() {
  const by = new Map()
  for (const d of openDecisions().filter((x) => x.programme === 'reorder')) {
    const o = by.get(d.group) ?? { supplier: d.group, email: 'orders@example.com', lines: [], units: 0, no_cost: 0, lead_days: d.product.lead_days, p10_minor: 0, p50_minor: 0, p90_minor: 0, synthetic: true }
    const { product, need, costs } = d
    const decision = summary(d)
    o.lines.push({ decision, units: need, ...(costs ? { unit_cost_minor: product.cost_minor } : {}) })
    o.units += need
    if (costs) o.cost_minor = (o.cost_minor ?? 0) + need * product.cost_minor
    else o.no_cost++
    for (const f of ['p10_minor', 'p50_minor', 'p90_minor']) o[f] += d[f]
    by.set(d.group, o)
  }
  return [...by.values()].map((o, i) => ({ ...o, ...(i < 3 ? { min_order_minor: 60_000, short_minor: Math.max(0, 60_000 - (o.cost_minor ?? 0)) } : {}) })).sort((a, b) => b.p50_minor - a.p50_minor)
}

function purchases() {
  return products.filter((_, i) => i % 6 === 2).map((p, i) => {
    const late = [0.92, 0.64, 0.35, 0.18, 0.07][i % 5], stockout = Math.round(late * [0.9, 0.4, 0.1][i % 3] * 100) / 100
    const short = Math.round(stockout * p.rate * 10) / 10, overdue = i % 5 === 0
    return {
      purchase: `PO-${2040 + i}`, sku: p.sku, title: p.title, supplier: p.supplier, units: p.pack * 4, placed: addDays(today, -p.lead_days - (overdue ? 4 : -3)), ...(i % 5 === 1 ? { part_came: addDays(today, -2) } : {}), promised: addDays(today, overdue ? -4 : 3),
      likely: addDays(today, 2 + i), latest: addDays(today, 9 + 2 * i), overdue, late_chance: late, available: onHand(p), stockout_chance: stockout, short_units: short,
      ...(i % 4 === 3 ? {} : { risk_minor: Math.round(short * (p.price_minor - p.cost_minor)) }), alert: late >= 0.5 && short >= 0.5 || stockout >= 0.2, forgotten: false, basis: i % 4 === 1 ? 'assumed' : 'estimated',
    }
  }).sort((a, b) => (b.risk_minor ?? 0) - (a.risk_minor ?? 0))
}

const classes = [['A', 'the products that bring the first 80 % of the money'], ['B', 'the products that bring the next 15 % of the money'], ['C', 'the products that bring the last 5 % of the money']]
  .flatMap(([c, money], i) => [['X', 'steady'], ['Y', 'varying'], ['Z', 'irregular']].map(([x, how], j) => ({ class: c + x, about: `${money}, with ${how} demand`, products: 3 * (i + 1) + j })))
const usual = { service_level: 0.95, review_days: 7, cycle_days: 28, holding_rate: 0.2, order_cost_minor: 0, obsolescence: 0, supplier_order_cost_minor: 0, substitution: 0, salvage: 0.5, seasons: [{ category: 'Christmas', until: addDays(today, 40) }], max_cover_weeks: 26, max_count_age_days: 14, min_history_weeks: 8, max_order_minor: 0, default_lead_days: 0, budget_minor: 0, space_litres: 0, waste: 0.05, write_back: false, transfer_days: 1, transfer_cost_minor: 0 }
let chosen

/** What Home says of late orders. */
export function lateOrders() {
  const items = purchases()
  return { orders: count(items, (p) => p.alert), risk_minor: sum(items, 'risk_minor'), slower: 1 }
}

export default function stock(api) {
  api.get('/api/warnings', ({ shop }) => {
    const items = isEmpty(shop) ? [] : purchases()
    return {
      today: addDays(today, 1), items, total: items.length, alerts: count(items, (p) => p.alert), risk_minor: sum(items, 'risk_minor'), no_price: count(items, (p) => p.short_units > 0 && p.risk_minor === undefined), forgotten: 0,
      drifts: isEmpty(shop) ? [] : [{ id: suppliers[2], supplier: suppliers[2], slower: true, since: addDays(today, -70), deliveries: 14, factor: 1.4 }],
    }
  })
  api.get('/api/reorder-curve', ({ shop }) => { const items = isEmpty(shop) ? [] : curveOf(40_000_000); return { items, total: items.length, products: products.length - 9, without: 9 } })
  replay(api)
  const points = (list) => ({ items: list, total: list.length })
  const level = (p) => ({ sku: p.sku, title: p.title, reorder_point: Math.round(p.rate * (p.lead_days / 7) * 1.35), order_up_to: Math.round(p.rate * (p.lead_days / 7 + 4) * 1.35), service_level: 0.95, class: 'AX', basis: 'set', since: addDays(today, -7) })
  api.get('/api/reorder-points', ({ shop }) => points(isEmpty(shop) ? [] : products.map(level)))
  api.get('/api/reorder-points/:sku', ({ params }) => points(products.filter((p) => p.sku === params.sku).map(level)))
  const settings = () => ({ settings: chosen ?? usual, own: chosen !== undefined, classes, categories: [...new Set(products.map((p) => p.category)), 'Christmas'].sort(), places: ['Store', 'Warehouse'] })
  const told = () => { api.changed('stock', 'decisions', 'home', 'audit'); return settings() }
  api.get('/api/reorder-settings', settings)
  api.put('/api/reorder-settings', ({ body }) => {
    if (body.service_level !== 0 && !(body.service_level >= 0.5 && body.service_level <= 0.999)) throw api.problem(422, 'invalid', 'The request cannot be understood', `A service level of ${body.service_level} is not between 0.5 and 0.999.`, 'Give a share like 0.95, or 0 to find it from money.')
    chosen = body
    return told()
  })
  api.del('/api/reorder-settings', () => { chosen = undefined; return told() })
  api.get('/api/stock', ({ query, shop }) => {
    const none = { by_state: {}, risk_sales_minor: 0, risk_margin_minor: 0, over_cost_minor: 0, over_no_cost: 0, no_count: 0, no_lead: 0, no_demand: 0, no_cost: 0 }
    if (isEmpty(shop)) return { items: [], total: 0, sums: none, suppliers: [], today }
    const q = (query.q ?? '').toLowerCase()
    const rows = products.map(row).filter((r) => (!query.supplier || r.supplier === query.supplier) && `${r.title} ${r.sku}`.toLowerCase().includes(q))
    const by_state = {}
    for (const r of rows) by_state[r.state] = (by_state[r.state] ?? 0) + 1
    const sums = { by_state, risk_sales_minor: sum(rows, 'risk_sales_minor'), risk_margin_minor: sum(rows, 'risk_margin_minor'), over_cost_minor: sum(rows, 'over_cost_minor'), over_no_cost: count(rows, (r) => r.over_units && !r.over_cost_minor), no_count: count(rows, (r) => r.available === undefined), no_lead: 0, no_demand: 0, no_cost: count(rows, (r) => r.risk_units && !r.risk_margin_minor) }
    const listed = page(rows.filter((r) => !query.state || r.state === query.state), { ...query, sort: query.sort ?? '-risk' }, { risk: 'risk_sales_minor', over: 'over_cost_minor', cover: 'weeks_of_cover', available: 'available', incoming: 'incoming', stockout: 'stockout_day', title: 'title' }, (r) => `${r.title} ${r.sku}`)
    return { ...listed, sums, suppliers, today: addDays(today, 1) }
  })
  api.get('/api/suppliers', ({ shop }) => {
    if (isEmpty(shop)) return { items: [], total: 0 }
    const open = orders()
    const items = suppliers.map((name, i) => {
      const mine = products.filter((p) => p.supplier === name)
      const about = { id: name, name, products: mine.length, quoted_days: mine[0].lead_days, purchases: 0, lines: 0, received: 0, dated: 0, open_units: 0, overdue_lines: 0, open_proposals: open.find((o) => o.supplier === name)?.lines.length ?? 0, missing: [] }
      if (i === 3) return { ...about, missing: ['No purchase from it is on record, so how long it really takes, how often it is late and how much it delivers are unknown.'] }
      return { ...about, purchases: 6 + i, lines: 30 + i, received: 26, dated: 26, actual_days: mine[0].lead_days + 2 * i, actual_days_p90: mine[0].lead_days + 4 * i + 3, late_share: 0.08 * i + 0.04, fill_rate: 1 - 0.03 * i, open_units: 48 * (i + 1), overdue_lines: i === 2 ? 3 : 0, ...(i < 3 ? { min_order_minor: 60_000 } : {}) }
    })
    return { items, total: items.length }
  })
  api.get('/api/orders-to-place', ({ shop }) => { const items = isEmpty(shop) ? [] : orders(); return { items, total: items.length } })
}
