// Decisions of the example shop, their life and the audit trail.
import { createHash } from 'node:crypto'
import { readiness } from './home.mjs'
import { addDays, curveOf, forecastOf, isEmpty, onHand, page, products, today } from './world.mjs'

export const audit = []
const hash = (text) => createHash('sha256').update(text).digest('hex')

export function record(actor, event, detail, decision_id, at = `${today}T${String(8 + (audit.length % 10)).padStart(2, '0')}:${String((audit.length * 7) % 60).padStart(2, '0')}:00Z`) {
  const prev_hash = audit.at(-1)?.hash ?? '0'.repeat(64)
  const entry = { seq: audit.length + 1, at, actor, event, decision_id, detail, prev_hash }
  audit.push({ ...entry, hash: hash(JSON.stringify(entry)) })
  return audit.at(-1)
}

const states = ['applied', 'rejected', 'expired', 'failed', 'superseded']
export const decisions = products
  .filter((p) => onHand(p) < p.rate * 6)
  .map((p, i) => {
    const past = i >= 14
    const status = past ? states[(i - 14) % states.length] : 'proposed'
    const need = Math.max(p.pack, Math.ceil((p.rate * 9 - onHand(p)) / p.pack) * p.pack)
    const weeks = onHand(p) / p.rate
    const costs = i % 5 !== 4
    const lost = Math.round(p.rate * Math.max(1, 6 - weeks) * p.price_minor * 0.38)
    const created_at = `${addDays(today, past ? -9 : -1)}T05:30:00Z`
    return {
      product: p,
      id: `dec_${hash(p.sku).slice(0, 12)}`, programme: 'reorder', group: p.supplier, subject: p.sku, title: p.title, action: `Order ${need} units`, status, mode: 'approve',
      p10_minor: Math.round(lost * 0.45), p50_minor: lost, p90_minor: Math.round(lost * 1.7), currency: 'GBP', created_at, expires_at: `${addDays(created_at.slice(0, 10), 7)}T05:30:00Z`, synthetic: true,
      need, weeks, costs, deliveries: [],
    }
  })
decisions.push(lowerPrice(products.find((p) => onHand(p) > p.rate * 20) ?? products[0]))
decisions.push(mail())
for (const d of decisions) {
  record('almanac', 'proposed', `${d.action} of ${d.subject}`, d.id, d.created_at)
  if (d.status === 'proposed') continue
  if (d.status === 'rejected') record('tom@example.com', 'rejected', 'Range ends in January', d.id)
  else if (d.status === 'expired') record('almanac', 'expired', 'Not decided within 7 days', d.id)
  else if (d.status === 'superseded') record('almanac', 'superseded', 'A newer stock count changed the amount', d.id)
  else {
    record('tom@example.com', 'approved', '', d.id)
    const failed = d.status === 'failed'
    d.deliveries = [
      { channel: 'file', target: `outbox/po-2026-11-12-${d.group.toLowerCase().replace(/ /g, '-')}.csv`, status: 'done', attempts: 1, at: '2026-11-12T09:12:04Z' },
      { channel: 'webhook', target: 'https://erp.example.com/hooks/almanac', status: failed ? 'failed' : 'done', attempts: failed ? 5 : 1, at: '2026-11-12T09:12:05Z', ...(failed ? { error: 'The other side answered 503 Service Unavailable five times.' } : {}) },
    ]
    record('almanac', d.status, failed ? 'Webhook gave up after 5 attempts' : 'Purchase-order draft written and posted', d.id)
  }
}

export const openDecisions = () => decisions.filter((d) => d.status === 'proposed')

/** A product of which more is there than will be sold. */
function lowerPrice(p) {
  const price = p.price_minor, to = Math.round(price * 0.85), stock = 240
  const point = (price_minor, units, gain_minor) => ({ price_minor, cut: 1 - price_minor / price, units, left: stock - units, money_minor: 40000 + gain_minor, gain_minor })
  const created_at = `${addDays(today, -1)}T05:30:00Z`
  return {
    product: p, id: 'dec_price', programme: 'markdown', group: 'Prices', subject: p.sku, title: p.title, action: `Lower the price from £${(price / 100).toFixed(2)} to £${(to / 100).toFixed(2)}`, status: 'proposed', mode: 'approve',
    p10_minor: -900, p50_minor: 2100, p90_minor: 6400, currency: 'GBP', created_at, expires_at: `${addDays(created_at.slice(0, 10), 7)}T05:30:00Z`, synthetic: true, deliveries: [],
    more: {
      reasons: [
        { code: 'left', text: 'At the present price about 60 units are sold in 13 weeks, and 180 are left.', value: '180', basis: 'estimated' },
        { code: 'elasticity', text: 'Past changes of prices in Kitchen: 1 % less sold about 2.0 % more (likely 1.6 to 2.4).', value: '-2.0', basis: 'estimated' },
        { code: 'rest', text: 'What is left is taken to be worth 50 % of its cost, and holding stock to cost 20 % of its cost a year.', value: '50 %', basis: 'assumed' },
      ],
      guardrails: [
        { code: 'margin', title: 'Margin on the new price', met: true, binding: false, limit: 'at least 5 %', value: '38 %' },
        { code: 'step', title: 'Taken off at once', met: true, binding: false, limit: 'at most 20 %', value: '15 %' },
      ],
      model: hash('price').slice(0, 16), input_hash: hash(`price${p.sku}`), baseline: 'a price changes nothing',
      markdown: {
        sku: p.sku, title: p.title, price_minor: price, new_price_minor: to, unit_cost_minor: p.cost_minor, net_minor: Math.round(price * 0.84), new_net_minor: Math.round(to * 0.84), available: stock, incoming: 0, horizon_weeks: 13,
        elasticity: -2, elasticity_low: -2.4, elasticity_high: -1.6, points: [point(price, 60, 0), point(Math.round(price * 0.95), 66, 900), point(Math.round(price * 0.9), 74, 1600), point(to, 83, 2300), point(Math.round(price * 0.8), 93, 1900)],
      },
      effects: [`Puts ${p.sku} at £${(to / 100).toFixed(2)} into a list of price changes for your shop's system; a connected one sets it.`, 'The price holds until somebody changes it: Almanac does not raise it again.'],
    },
  }
}

const summaryFields = ['id', 'programme', 'group', 'subject', 'title', 'action', 'status', 'mode', 'p10_minor', 'p50_minor', 'p90_minor', 'currency', 'created_at', 'expires_at', 'synthetic']
export const summary = (d) => Object.fromEntries(summaryFields.map((field) => [field, d[field]]))

export function decisionsOf(sku) {
  return decisions.filter((d) => d.subject === sku).map(summary)
}

/** Customers who came back before and are quiet now. */
function mail() {
  const created_at = `${addDays(today, -1)}T05:30:00Z`
  const ids = (from, n) => Array.from({ length: n }, (_, i) => String(12346 + from + i * 7))
  return {
    product: products[0], id: 'dec_mail', programme: 'winback', group: 'Mails', subject: 'at risk', title: 'Win back customers who came back before and are quiet now', action: 'Mail 168 customers, hold 19 out', status: 'proposed', mode: 'approve',
    p10_minor: -150, p50_minor: 1900, p90_minor: 4300, currency: 'GBP', created_at, expires_at: `${addDays(created_at.slice(0, 10), 7)}T05:30:00Z`, synthetic: true, deliveries: [],
    more: {
      reasons: [
        { code: 'quiet', text: 'They ordered at least twice; in the middle their last order is 171 days ago.', value: '171', basis: 'measured' },
        { code: 'lift', text: 'Of a hundred who get the mail 0.5 are taken to order because of it (likely 0.1 to 0.9). It is not measured in this shop yet.', value: '0.5 %', basis: 'assumed' },
      ],
      guardrails: [
        { code: 'consent', title: 'Everybody agreed', met: true, binding: true, limit: 'all who get it', value: '214 of 402 may be written to' },
        { code: 'holdout', title: 'Held out to measure', met: true, binding: false, limit: 'about 10 %', value: '10 %' },
      ],
      model: hash('customer').slice(0, 16), input_hash: hash('mail'), baseline: 'overall rate',
      winback: {
        segment: 'at risk', campaign: 'winback-quiet-2026-11-20', quiet: 402, agreed: 214, limited: 21, resting: 0, unreachable: 6, not_worth: 0, left: 0, recipients: 168, held_out: 19, silent_days: 171, chance: 0.08, order_minor: 5400, margin: 0.44,
        lift: 0.005, lift_low: 0.001, lift_high: 0.009, basis: 'assumed', window_days: 30, got: 0, got_ordered: 0, held: 0, held_ordered: 0, to: ids(0, 168), out: ids(3, 19),
      },
      effects: ['Makes a list of 168 customers for your mail system; a connected one sends. What the mail says is yours.', 'Consent is looked at once more before the list leaves.', '19 like them get no mail, so that its effect can be measured after 30 days.'],
    },
  }
}

function full(d) {
  if (d.more) return { ...summary(d), ...d.more, audit: audit.filter((a) => a.decision_id === d.id), deliveries: d.deliveries }
  const p = d.product
  const out = addDays(today, Math.round(d.weeks * 7))
  const cost = d.need * p.cost_minor
  const reorder_point = Math.round(p.rate * (p.lead_days / 7) * 1.35)
  return {
    ...summary(d),
    reasons: [
      { code: 'stockout', text: `At the expected pace the shelf is empty on ${out}.`, value: `${d.weeks.toFixed(1)} weeks of cover`, basis: 'estimated' },
      { code: 'demand', text: 'Expected demand over the lead time and the next review.', value: `${Math.round(p.rate)} units a week`, basis: 'estimated' },
      { code: 'on_hand', text: `Counted on ${addDays(today, -2)}.`, value: `${onHand(p)} on hand`, basis: 'measured' },
      { code: 'lead_time', text: 'As the supplier promises; no receipts are known yet to check it.', value: `${p.lead_days} days`, basis: 'assumed' },
    ],
    guardrails: [
      { code: 'max_order_value', title: 'Order value per supplier and week', met: true, binding: d.need > 300, limit: '£2,500', value: d.costs ? `£${(cost / 100).toFixed(2)}` : 'unknown' },
      { code: 'max_cover', title: 'Cover after the order', met: true, binding: false, limit: '16 weeks', value: `${((onHand(p) + d.need) / p.rate).toFixed(1)} weeks` },
      { code: 'pack', title: 'Whole packs only', met: true, binding: d.need <= 300, limit: `pack of ${p.pack}`, value: `${d.need / p.pack} packs` },
    ],
    model: `demand/moving-average@${hash(p.sku).slice(0, 8)}`, input_hash: hash(`in${p.sku}`), baseline: 'Same week last year',
    reorder: {
      sku: p.sku, title: p.title, supplier: p.supplier, units: d.need, pack: p.pack, ...(d.costs ? { unit_cost_minor: p.cost_minor, order_cost_minor: cost } : {}), on_hand: onHand(p), incoming: 0,
      counted_at: `${addDays(today, -2)}T17:00:00Z`, weeks_of_cover: Number(d.weeks.toFixed(1)), lead_days: p.lead_days, service_level: 0.95, demand_week: p.rate, reorder_point, stockout_day: out, forecast: forecastOf(p), order_up_to: reorder_point + Math.round(p.rate * 4), class: 'AX', ...(d.costs ? { curve: curveOf(p.rate * 52 * p.price_minor) } : {}),
    },
    audit: audit.filter((a) => a.decision_id === d.id),
    effects: [
      `A purchase-order draft for ${d.need} units of ${p.sku} is written for ${p.supplier}.`,
      'It is posted to erp.example.com and mailed to buying@example.com.',
      'Nothing is paid and nothing is sent to the supplier: the draft is confirmed in your own purchasing.',
    ],
    deliveries: d.deliveries,
  }
}

export default function routes(api) {
  api.get('/api/decisions', ({ query, shop }) => {
    if (isEmpty(shop)) return { items: [], total: 0, by_status: {}, readiness: [{ programme: 'reorder', title: 'Reorder in time', ready: false, missing: [{ file: 'orders', why: 'Demand is forecast from at least 26 weeks of orders.' }, { file: 'stock counts', why: 'Without counts nobody can say when a product runs out.' }, { file: 'lead times', why: 'An order must arrive before the shelf is empty.' }] }] }
    const by_status = {}
    for (const d of decisions) by_status[d.status] = (by_status[d.status] ?? 0) + 1
    const found = decisions.filter((d) => (!query.status || query.status.split(',').includes(d.status)) && (!query.programme || d.programme === query.programme) && (!query.group || d.group === query.group))
    const listed = page(found, { ...query, sort: query.sort ?? '-value' }, { value: 'p50_minor', created: 'created_at', title: 'title', group: 'group' }, (d) => `${d.title} ${d.subject} ${d.group}`)
    return { items: listed.items.map(summary), total: listed.total, by_status, readiness: readiness().filter((r) => r.programme === 'reorder') }
  })
  api.get('/api/decisions/:id', ({ params }) => {
    const d = decisions.find((x) => x.id === params.id)
    if (!d) throw api.problem(404, 'decision_not_found', 'There is no such decision', `No decision has the id ${params.id}.`, 'It may belong to another shop. Go back to the inbox.')
    return full(d)
  })
  const change = (from, to, event) => ({ body }) => {
    const results = (body.ids ?? []).map((id) => {
      const d = decisions.find((x) => x.id === id)
      if (!d) return { id, status: 'unknown', error: 'There is no such decision.' }
      if (!from.includes(d.status)) return { id, status: d.status, error: `It is ${d.status} already.` }
      d.status = to
      record('anna@example.com', event, body.reason ?? body.note ?? '', id, new Date().toISOString())
      return { id, status: to }
    })
    api.changed('decisions', 'stock', 'home', 'audit')
    return { results }
  }
  api.post('/api/decisions/approve', change(['proposed'], 'approved', 'approved'))
  api.post('/api/decisions/reject', change(['proposed'], 'rejected', 'rejected'))
  api.post('/api/decisions/undo', change(['approved', 'rejected'], 'proposed', 'undone'))
  api.post('/api/decisions/run', () => ({ job: 'job_decide' }))
  api.get('/api/jobs/job_decide', () => ({ id: 'job_decide', what: 'decide', status: 'done', step: 'decided', done: 1, total: 1, message: '14 decisions are open, nothing changed since the last look.' }))
}
