// The example shop's past, lived again.
import { addDays, isEmpty, products, suppliers, today } from './world.mjs'

const ways = [
  ['real', undefined, 0.921, 0.08, 0.9], ['thumb', undefined, 0.907, 0.1, 0.8], ['settings', undefined, 0.978, 0.024, 1.3], ['level', 0.8, 0.934, 0.07, 0.85], ['level', 0.9, 0.963, 0.04, 1.05], ['level', 0.98, 0.989, 0.01, 1.7],
  ['level', 0.99, 0.993, 0.006, 2.1], ['money', undefined, 0.986, 0.014, 1.6],
]

function rowsOf(by, group, list, real) {
  const days = 180, wanted = Math.round(list.reduce((n, p) => n + p.rate, 0) * days / 7), worth = list.reduce((n, p) => n + p.rate * p.cost_minor, 0)
  return ways.filter(([policy]) => policy !== 'real' || real).map(([policy, service, served, empty, held]) => {
    const lost_minor = Math.round(wanted * (1 - served) * 180), stock_minor = Math.round(worth * 5 * held), holding_minor = Math.round(stock_minor * 0.2 * days / 365), order_lines = Math.round(list.length * 9 / held)
    return {
      by, ...(group ? { group } : {}), products: list.length, policy, ...(service ? { service } : {}), stockout_days: Math.round(empty * days * list.length), product_days: days * list.length, wanted_units: wanted, served,
      lost_minor, holding_minor, ordering_minor: order_lines * 50, total_minor: lost_minor + holding_minor + order_lines * 50, turns: Math.round(60 / held) / 10, stock_minor, order_lines,
    }
  })
}

const categories = [...new Set(products.map((p) => p.category).filter(Boolean))].sort()
const items = () => [
  ...rowsOf('all', '', products, false), ...rowsOf('counted', '', products.filter((_, i) => i % 5), true),
  ...suppliers.flatMap((s, i) => rowsOf('supplier', s, products.filter((p) => p.supplier === s), i % 2 === 0)), ...categories.flatMap((c) => rowsOf('category', c, products.filter((p) => p.category === c), false)),
]
const settings = { service_level: 0.95, review_days: 7, cycle_days: 28, holding_rate: 0.2, order_cost_minor: 50, obsolescence: 0, max_cover_weeks: 26, max_count_age_days: 14, min_history_weeks: 8, max_order_minor: 0, default_lead_days: 0, budget_minor: 0, space_litres: 0, waste: 0.05, write_back: false, transfer_days: 1, transfer_cost_minor: 0 }
const about = (days) => ({
  from: addDays(today, -days), to: addDays(today, -1), days, warm_up_days: 56, fits: 9, currency: 'EUR', settings, products: products.length, counted: products.filter((_, i) => i % 5).length,
  left_out: [{ why: 'no_cost', products: 7 }, { why: 'no_history', products: 12 }], recovered_units: 1840.5, unwatched: 6, costs_today: 11, lead_quoted: 4,
})

/** Asking how a job is moves it on, and cancelling it ends it. */
export default function replay(api) {
  let made = { days: 180, at: `${addDays(today, -1)}T07:12:00Z` }
  let job, broken = false
  api.get('/api/reorder-replay', ({ shop }) => {
    const list = isEmpty(shop) || !made ? [] : items()
    return { ...(list.length ? { made_at: made.at, about: about(made.days) } : {}), changed: false, ...(job ? { job: job.id } : {}), broken_off: broken && !job, items: list, total: list.length }
  })
  api.post('/api/reorder-replay', ({ body, shop }) => {
    if (isEmpty(shop)) throw api.problem(422, 'history_short', 'The history is too short to live through again', 'The history is too short: 22 weeks of sales are needed.', 'Import older orders, or come back when there are 22 weeks of them.')
    if (job) throw api.problem(409, 'busy', 'Such a job is running already', 'A job of this kind is running in this shop.', 'Wait until it has finished, or cancel it.')
    job = { id: 'job_replay', what: 'reorder_replay', status: 'running', step: `Forecasting as of ${addDays(today, -body.days - 56)}`, done: 0, total: 9, message: '', days: body.days }
    api.changed('stock')
    return { job: job.id }
  })
  api.get('/api/jobs/job_replay', () => {
    if (!job) return { id: 'job_replay', what: 'reorder_replay', status: broken ? 'cancelled' : 'done', step: '', done: 9, total: 9, message: '' }
    job.done += 3
    if (job.done <= 9) return job
    made = { days: job.days, at: `${today}T09:00:00Z` }
    const ended = { ...job, status: 'done', done: 9 }
    job = undefined
    broken = false
    api.changed('stock')
    return ended
  })
  api.del('/api/jobs/job_replay', () => {
    const ended = { ...job, status: 'cancelled' }
    job = undefined
    broken = true
    api.changed('stock')
    return ended
  })
}
