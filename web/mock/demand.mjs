// Forecasts of the example shop: the list, one product, how good they were, what was set by hand, the shop's own forecast.
import { record } from './decisions.mjs'
import { addDays, forecastOf, isEmpty, monday, page, products, random, today, weeksOf } from './world.mjs'

const card = { champion: 'combination', baseline: 'seasonal naive (13)', metric: 'WAPE', champion_score: 0.41, baseline_score: 0.58, folds: 4, trained_at: `${today}T04:00:00Z`, cutoff: monday(today), model: 'abc', why: '“combination” beat “seasonal naive (13)” on this shop’s own past: WAPE 0.41 against 0.58 (better is lower), over 4 test periods.' }
const types = ['smooth', 'erratic', 'intermittent', 'lumpy']
const adjustments = []
let own = []

const round = (v, d = 2) => Math.round(v * 10 ** d) / 10 ** d
const planned = (sku) => {
  const set = {}
  for (const a of adjustments) if (a.sku === sku && a.in_force) for (const w of a.weeks) set[w.week] ??= w.units
  return set
}

function row(p, i) {
  const draw = random(Number.parseInt(p.sku, 10) + 11)
  const set = planned(p.sku)
  const next = forecastOf(p, 13).map((f) => set[f.week] ?? f.p50)
  const error = round(0.25 + 0.4 * draw(), 4)
  const about = { sku: p.sku, title: p.title, category: p.category, type: types[i % 4], adjusted: Object.keys(set).length > 0, tested: 600, trend: weeksOf(p).slice(-12).map((w) => w.units) }
  if (i === 5) return { ...about, type: 'few', next: [], tested: 0, missing: 'It was never sold, so there is nothing to learn from.' }
  return { ...about, method: i % 3 ? 'combination' : 'moving average (13)', next, demand_week: round((next[0] + next[1] + next[2] + next[3]) / 4), quarter: round(next.reduce((a, b) => a + b, 0)), error, baseline_error: round(error * 1.3, 4), bias: round(0.2 * draw() - 0.1, 4), baseline_bias: round(0.3 * draw() - 0.1, 4) }
}

const points = (seed) => {
  const draw = random(seed)
  return [4, 3, 2, 1].map((k) => { const error = round(0.32 + 0.15 * draw(), 4); return { week: addDays(monday(today), -91 * k), weeks: 13, units: 4000, error, baseline_error: round(error * 1.3, 4), bias: round(0.1 * draw() - 0.03, 4), baseline_bias: round(0.2 * draw() - 0.1, 4) } })
}

// Two stores, a warehouse that ships what is bought on the site, and orders that tell no place.
const places = [
  { name: '', share: 0.06 },
  { name: 'ST1', title: 'High Street', region: 'North', country: 'GB', type: 'store', share: 0.31 },
  { name: 'ST2', title: 'Harbour', region: 'South', country: 'GB', type: 'store', share: 0.18 },
  { name: 'WH1', title: 'Warehouse', region: 'North', country: 'GB', type: 'warehouse', share: 0.45 },
]
const sites = () => {
  const regions = [...new Set(places.map((p) => p.region).filter(Boolean))].sort()
  const share = (region) => round(places.filter((p) => p.region === region).reduce((sum, p) => sum + p.share, 0), 4)
  return [...places.map((p) => ({ level: 'place', ...p })), ...regions.map((name) => ({ level: 'region', name, share: share(name) }))]
}
const siteOf = (api, query) => {
  if (!query.place && !query.region && !query.unplaced) return undefined
  const found = sites().find((p) => (query.region && !query.place ? p.level === 'region' && p.name === query.region : p.level === 'place' && p.name === (query.place ?? '')))
  if (!found) throw api.problem(404, 'not_found', 'There is no such place', 'It may have another name.', 'Go back to the list.')
  return found
}
const part = (r, share) => ({ ...r, trend: r.trend.map((v) => Math.round(v * share)), next: r.next.map((v) => round(v * share)), ...(r.demand_week === undefined ? {} : { demand_week: round(r.demand_week * share), quarter: round(r.quarter * share) }), error: undefined, baseline_error: undefined, bias: undefined, baseline_bias: undefined, tested: 0 })

const none = { weeks: 0, units: 0, value_minor: 0, model_value_minor: 0, priced: 0, better: 0, model_better: 0 }
const scored = { weeks: 480, units: 6100, error: 0.47, model_error: 0.4, bias: 0.12, model_bias: 0.02, value_minor: 3_412_000, model_value_minor: 2_903_000, priced: 480, better: 201, model_better: 268 }

function drivers(p, r) {
  return [
    { code: 'level', text: `Over the last 13 weeks it sold ${p.rate} units a week.`, value: String(p.rate), basis: 'measured' },
    { code: 'trend', text: 'That is 14 % more than in the quarter before.', value: '+14 %', basis: 'measured' },
    { code: 'season', text: 'A year ago the weeks that come now sold 32 % more than the average week of that year.', value: '+32 %', basis: 'measured' },
    { code: 'pattern', text: 'It sells in most weeks, in similar amounts: the easiest to forecast.', basis: 'measured' },
    { code: 'effect', name: 'Price', text: 'At a price 10 % lower, +19 % is sold (elasticity −1.7).', value: '+19 %', basis: 'estimated' },
    { code: 'effect', name: 'Promotion', text: `A week of promotion sells +24 %, besides what its price does. Week of ${addDays(monday(today), 21)}: +24 %.`, value: '+24 %', basis: 'estimated' },
    { code: 'stockouts', text: 'It lacked stock in 3 weeks of the last two years. What would have sold then is learnt from: about 41 units of the last year.', value: '41', basis: 'estimated' },
    { code: 'bulk', text: 'Of the units expected, about 1.4 a week come in single large orders: seldom, and then many at once. They are no part of its level.', value: '1.4', basis: 'estimated' },
    { code: 'weekday', text: 'Thursday brings most of a week, 21 % of it, Saturday least, 3 %. When stock runs out is reckoned with this.', value: '21 %', basis: 'estimated' },
    { code: r.adjusted ? 'adjusted' : 'expected', text: `For the next four weeks ${Math.round(r.demand_week)} units a week are expected.`, value: String(Math.round(r.demand_week)), basis: 'estimated' },
  ]
}

export default function demand(api) {
  const rows = () => products.map(row)
  api.get('/api/demand', ({ query, shop }) => {
    if (isEmpty(shop)) return { items: [], total: 0, categories: [], adjusted: 0, without: 0 }
    const at = siteOf(api, query)
    const all = at ? rows().map((r) => part(r, at.share)) : rows()
    const found = all.filter((r) => (!query.category || r.category === query.category) && (!query.type || r.type === query.type) && (query.only !== 'adjusted' || r.adjusted) && (query.only !== 'missing' || r.missing) && (query.only !== 'forecast' || !r.missing))
    const listed = page(found, { ...query, sort: query.sort ?? '-demand' }, { demand: 'demand_week', quarter: 'quarter', error: 'error', bias: 'bias', type: 'type', title: 'title', sku: 'sku' }, (r) => `${r.title} ${r.sku} ${r.category}`)
    return { ...listed, card, start: monday(today), categories: [...new Set(products.map((p) => p.category))].sort(), adjusted: rows().filter((r) => r.adjusted).length, without: 1 }
  })
  api.get('/api/demand-accuracy', ({ shop }) => {
    if (isEmpty(shop)) return { items: [], tried: [], notes: [], missing: 'Nothing has been trained yet.' }
    const names = ['', ...new Set(products.map((p) => p.category))]
    const tried = [{ title: 'Price and promotions', gain: 0.052, kept: true, untold: false }, { title: 'Prices of the other products of the category', gain: -0.001, kept: false, untold: false }, { title: 'Holidays', gain: 0.013, kept: true, untold: false }]
    return { card, tried, notes: [], items: names.map((category, i) => { const at = points(i + 3); return { category, products: category ? products.filter((p) => p.category === category).length : products.length, units: 16_000, error: at[0].error, baseline_error: at[0].baseline_error, bias: 0.03, baseline_bias: -0.06, points: at } }) }
  })
  api.get('/api/demand-places', ({ shop }) => {
    if (isEmpty(shop)) return { items: [], total: 0, missing: 'Nothing has been trained yet.' }
    const next = products.map((p) => forecastOf(p, 13).map((f) => f.p50)).reduce((sum, f) => f.map((v, i) => v + (sum[i] ?? 0)), [])
    const items = sites().map((p, i) => {
      const at = points(i + 21)
      return { ...p, products: p.name ? products.length - i : 12, next: next.map((v) => round(v * p.share)), trend: next.slice(0, 12).map((v) => Math.round(v * p.share)), demand_week: round(next[0] * p.share), quarter: round(next.reduce((a, b) => a + b, 0) * p.share), error: at[0].error, baseline_error: at[0].baseline_error, bias: 0.02, baseline_bias: -0.04, points: at }
    })
    return { items, total: items.length, dividing: 'own series of places', start: monday(today), card }
  })
  api.put('/api/places/:place', ({ params, body }) => {
    const p = places.find((x) => x.name === decodeURIComponent(params.place))
    if (!p) throw api.problem(404, 'not_found', 'There is no such place', `Nothing was sold at ${params.place}.`, 'Go back to the list.')
    Object.assign(p, { title: body.name, region: body.region?.trim() || undefined, country: body.country, type: body.type })
    api.changed('demand', 'audit')
  })
  api.get('/api/demand-level', ({ query, shop }) => {
    const at = isEmpty(shop) ? undefined : siteOf(api, query)
    const choices = [...new Set(products.map((p) => p.category))].sort()
    const whole = !query.category && !at
    const none = { whole, ...(at ? { place: query.place, region: query.region, unplaced: Boolean(query.unplaced), title: at.title } : {}), category: query.category, choices: isEmpty(shop) ? [] : choices, products: 0, adjusted: 0, weeks: [], forecast: [], means: [], tested: [] }
    if (isEmpty(shop)) return { ...none, missing: 'Nothing has been trained yet.' }
    const mine = products.filter((p) => whole || at || p.category === query.category)
    if (mine.length === 0) throw api.problem(404, 'not_found', 'There is no such category', `No product is of the category ${query.category}.`, 'Go back to the list.')
    const share = at?.share ?? 1
    const add = (lists) => lists[0].map((_, i) => share * lists.reduce((sum, l) => sum + (l[i] ?? 0), 0))
    const first = weeksOf(mine[0])
    const weeks = first.map((w) => ({ week: w.week, units: Math.round(share * mine.reduce((sum, p) => sum + (weeksOf(p).find((x) => x.week === w.week)?.units ?? 0), 0)), net_minor: 0, returned: 0 }))
    const middle = add(mine.map((p) => forecastOf(p, 13).map((f) => f.p50)))
    const mean = add(mine.map((p) => { const set = planned(p.sku); return forecastOf(p, 13).map((f) => set[f.week] ?? f.p50) }))
    const forecast = forecastOf(mine[0], 13).map((f, i) => { const k = mean[i] / f.p50; return Object.fromEntries(Object.entries(f).map(([n, v]) => [n, n === 'week' ? v : round(mean[i] + (v * k - mean[i]) / Math.sqrt(mine.length))])) })
    return { ...none, products: mine.length, adding: at ? 'own series of places' : 'weighted least squares', method: 'combination', bulk: 0.06, adjusted: mine.filter((p) => Object.keys(planned(p.sku)).length > 0).length, weeks, forecast, means: forecast.map((f, i) => ({ week: f.week, units: round(mean[i]), model: round(middle[i]) })), tested: points(3), error: 0.38, baseline_error: 0.5, card }
  })
  api.get('/api/demand-adjustments', () => ({ items: adjustments, total: adjustments.length, score: none }))
  api.post('/api/demand-adjustments', ({ body }) => {
    const p = products.find((x) => x.sku === body.sku)
    if (!p) throw api.problem(404, 'not_found', 'There is no such product', `No product has the code ${body.sku}.`, 'Go back to the list.')
    if (!body.note?.trim()) throw api.problem(422, 'invalid', 'Something is missing', 'The note is empty.', 'Say in a few words why the forecast is changed.')
    const said = Object.fromEntries(forecastOf(p, 13).map((f) => [f.week, f.p50]))
    const a = { id: `adj_${adjustments.length}`, sku: p.sku, title: p.title, note: body.note, by: 'Anna Berg', at: new Date().toISOString(), until: body.until, in_force: true, weeks: body.weeks.map((w) => ({ ...w, model: said[w.week] })) }
    adjustments.unshift(a)
    record('anna@example.com', 'forecast changed by hand', `${p.sku}: ${a.note}`, undefined, new Date().toISOString())
    api.changed('demand', 'stock', 'audit')
    return a
  })
  api.del('/api/demand-adjustments/:id', ({ params }) => {
    const a = adjustments.find((x) => x.id === params.id)
    if (!a) throw api.problem(404, 'not_found', 'There is no such change', 'It may have been undone.', 'Reload the page.')
    Object.assign(a, { in_force: false, undone_at: new Date().toISOString(), undone_by: 'Anna Berg' })
    api.changed('demand', 'stock', 'audit')
  })
  api.get('/api/demand-own', () => ({ items: own, total: own.length, score: own.length ? scored : none, products: own.length ? 48 : 0, unknown: own.length ? 2 : 0, unscored: 0, ...(own.length ? { told_at: `${today}T08:00:00Z` } : {}) }))
  api.post('/api/demand-own', ({ raw }) => {
    const text = raw.toString('utf8')
    if (!/week|date/i.test(text.split('\n')[0])) throw api.problem(422, 'file_missing_columns', 'The file cannot be read', 'line 1: no column holds the week or date', 'Name the columns sku, week and units.')
    const draw = random(77)
    own = Array.from({ length: 14 }, (_, i) => {
      const over = i >= 4
      const sold = Math.round(520 + 160 * draw())
      const error = round(0.4 + 0.15 * draw(), 4)
      return { week: addDays(monday(today), 7 * (3 - i)), products: 48, units: Math.round(sold * 1.1), model: Math.round(sold * 1.02), hindsight: over ? 2 : 0, ...(over ? { sold, error, model_error: round(error * 0.85, 4), value_minor: Math.round(error * sold * 1400), model_minor: Math.round(error * 0.85 * sold * 1400) } : {}) }
    })
    api.changed('demand')
    return { rows: text.split('\n').length - 1, refused: 1, faults: ['line 9: "soon" is neither a week nor a date. Write it like 2026-W10 or 2026-03-02.'], products: 48, weeks: 14, from: own.at(-1).week, to: own[0].week }
  })
  api.del('/api/demand-own', () => { own = []; api.changed('demand') })
  api.get('/api/demand/:sku', ({ params }) => {
    const i = products.findIndex((x) => x.sku === params.sku)
    if (i < 0) throw api.problem(404, 'not_found', 'There is no such product', `No product has the code ${params.sku}.`, 'Go back to the list.')
    const p = products[i]
    const r = row(p, i)
    const set = planned(p.sku)
    const about = { row: r, today: addDays(today, 1), adjustments: adjustments.filter((a) => a.sku === p.sku), score: none, own: [], marks: [], drivers: [], tested: [], lacked: [], hidden: 0, places: [], card }
    if (r.missing) return { ...about, weeks: [], forecast: [], means: [] }
    const forecast = forecastOf(p, 13)
    return {
      ...about, weeks: weeksOf(p), forecast, places: [...places].sort((a, b) => b.share - a.share).map(({ name, title, region, share }) => ({ name, title, region, share, demand_week: round(r.demand_week * share), quarter: round(r.quarter * share), trend: r.trend.map((v) => Math.round(v * share)) })), drivers: drivers(p, r), tested: points(i),
      means: forecast.map((f) => ({ week: f.week, units: set[f.week] ?? f.p50, model: f.p50 })),
      lacked: [12, 11, 10].map((k) => ({ week: addDays(monday(today), -7 * k), units: round(p.rate * 1.1), in: 0.3, likely: false })), hidden: 41,
      marks: [{ day: addDays(monday(today), -140), kind: 'price', label: 'Price −15 %' }, { day: addDays(monday(today), 21), kind: 'promotion', label: 'Spring −20 %' }, { day: addDays(today, -3), kind: 'stockout', label: 'Out of stock' }],
    }
  })
}
