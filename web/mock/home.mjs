// Home of the example shop: figures by day, what it loses money on, what is still missing.
import { openDecisions } from './decisions.mjs'
import { lateOrders } from './stock.mjs'
import { addDays, days, isEmpty, sources } from './world.mjs'

const sum = (list, field) => list.reduce((total, d) => total + d[field], 0)

export default function home(api) {
  let plan = { day: 'monday', hour: 7, readers: [] }
  api.put('/api/digest/plan', ({ body }) => { plan = body })
  api.get('/api/digest', ({ shop }) => {
    const week = { shop: shop.name ?? 'Harbour', currency: shop.currency ?? 'GBP', from: '2026-11-09', to: '2026-11-15', mail_day: plan.day, mail_hour: plan.hour, readers: plan.readers, mails: true, synthetic: [], leaks: [], out: [], out_total: 0, soon: [], soon_total: 0, findings: [], quarantined: 0, open_decisions: 0, net_minor: {}, orders: {} }
    if (isEmpty(shop)) return week
    const net = (from, to) => sum(days.filter((d) => d.day >= from && d.day <= to), 'net_minor')
    return {
      ...week, known_until: days.at(-1).day, net_minor: { value: net('2026-11-09', '2026-11-15'), last_week: net('2026-11-02', '2026-11-08') }, orders: { value: 41, last_week: 38, last_year: 52 }, open_decisions: 3, open_decisions_value_minor: 41200,
      out: [{ sku: 'mug-1', title: 'Mug, blue', on_hand: 0, demand_week: 4.2 }], out_total: 1, soon: [{ sku: 'cup-1', title: 'Cup', on_hand: 3, demand_week: 3, weeks_of_cover: 1 }], soon_total: 7,
      findings: [{ title: 'Sales below cost', severity: 'warning', count: 12, remedy: 'Check the prices and costs of these products.' }], quarantined: 4,
    }
  })
  api.get('/api/home', ({ query, shop }) => {
    if (isEmpty(shop)) {
      return {
        period: { from: '2026-10-22', to: '2026-11-20', previous_from: '2026-09-22', previous_to: '2026-10-21' }, kpis: [], days: [], leaks: [], open_decisions: 0, findings: 0, quarantined: 0, behind: 0, synthetic: [],
        readiness: readiness().map((r) => ({ ...r, ready: false, missing: r.missing.length ? r.missing : [{ file: 'orders', why: 'Forecasts need at least 26 weeks of orders.' }] })),
      }
    }
    const from = query.from ?? days[0].day
    const to = query.to ?? days.at(-1).day
    const length = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1
    const previous_from = addDays(from, -length)
    const previous_to = addDays(from, -1)
    const now = days.filter((d) => d.day >= from && d.day <= to)
    const before = days.filter((d) => d.day >= previous_from && d.day <= previous_to)
    const compared = before.length === length
    const kpi = (code, unit, of) => ({ code, unit, value: of(now), ...(compared ? { previous: of(before) } : {}) })
    const orders = (list) => sum(list, 'orders')
    return {
      coverage: { from: days[0].day, to: days.at(-1).day, as_of: '2026-11-20T18:40:12Z' },
      period: { from, to, previous_from, previous_to },
      kpis: [
        kpi('net_sales', 'money', (l) => sum(l, 'net_minor')),
        kpi('orders', 'count', orders),
        kpi('average_order', 'money', (l) => Math.round(sum(l, 'net_minor') / Math.max(1, orders(l)))),
        kpi('units', 'count', (l) => sum(l, 'units')),
        kpi('return_rate', 'ratio', (l) => sum(l, 'returns_minor') / Math.max(1, sum(l, 'gross_minor'))),
        { code: 'customers', unit: 'count', value: Math.round(orders(now) * 0.41) },
        { code: 'repeat_rate_90', unit: 'ratio', value: 0.214, note: '1,312 customers whose 90 days are not over yet are left out.' },
        { code: 'repeat_rate_365', unit: 'ratio', note: 'Needs cohorts that are a year old.' },
      ],
      days: now,
      leaks: [
        { code: 'missing_stock', title: '14 products that sell are out of stock or will be before the next delivery', explain: 'Weekly demand forecast times the days without stock, at the products’ usual price, minus what customers are likely to buy instead.', basis: 'estimated', low_minor: 412000, mid_minor: 689000, high_minor: 1010000, from: '2026-11-20', to: '2026-12-18', assumptions: ['Three in ten customers take another product of the same category instead.', 'Lead times are as the suppliers promise.'], sharpen: [{ file: 'lead times', why: 'Only 3 of 5 suppliers have one.' }], link: '/decisions' },
        { code: 'returns', title: 'Returns took back 3.3% of sales; five products make a third of them', explain: 'Value of returned lines in the period.', basis: 'measured', mid_minor: 2318450, from, to, assumptions: [], sharpen: [{ file: 'unit costs', why: 'The true loss is handling plus what cannot be sold again.' }], link: '/products?sort=-return_rate' },
        { code: 'dead_stock', title: '£9k of stock has not sold for 120 days', explain: 'Units on hand of products without a sale for 120 days, at half of their usual price because no unit costs are known.', basis: 'assumed', low_minor: 610000, mid_minor: 905000, high_minor: 1220000, from: '2026-07-23', to: '2026-11-20', assumptions: ['Unit cost is 35–60% of the selling price.'], sharpen: [{ file: 'unit costs', why: 'Replaces the assumed cost by the real one.' }], link: '/products?sort=-cover' },
        { code: 'lapsed', title: '212 repeat buyers have gone quiet for twice their usual time', explain: 'Customers with three or more orders whose last order is more than twice their usual gap ago, times their usual yearly value and the chance that they would have come back anyway.', basis: 'estimated', low_minor: 190000, mid_minor: 430000, high_minor: 760000, from, to, assumptions: ['Their yearly value stays as it was.'], sharpen: [], link: '/customers?segment=at%20risk' },
        { code: 'slow_delivery', title: 'What late deliveries cost cannot be said yet', explain: 'Orders that arrived late lead to returns and lost buyers.', basis: 'unknown', from, to, assumptions: [], sharpen: [{ file: 'shipments', why: 'No delivery days are known.' }], link: '/data/import' },
      ],
      readiness: readiness(),
      open_decisions: openDecisions().length,
      open_decisions_value_minor: sum(openDecisions(), 'p50_minor'),
      late_orders: lateOrders(), findings: 7, quarantined: 38, behind: 0, synthetic: sources,
    }
  })
}

export function readiness() {
  return [
    { programme: 'reorder', title: 'Reorder in time', ready: true, missing: [{ file: 'lead times', why: 'Two suppliers have none: their 9 products are left out.' }] },
    { programme: 'returns', title: 'Fewer returns', ready: true, missing: [] },
    { programme: 'winback', title: 'Win buyers back', ready: false, missing: [{ file: 'customers', why: 'Consent to marketing is not known for any customer.' }] },
    { programme: 'markdown', title: 'Clear dead stock', ready: false, missing: [{ file: 'unit costs', why: 'A price cut must stay above cost.' }] },
  ]
}
