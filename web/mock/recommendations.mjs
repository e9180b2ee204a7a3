// What the example shop's pages recommend: previews, rules, what was earned. All of it is invented.
import { isEmpty, onHand, page, products, shops } from './world.mjs'

const placements = [['home', ['viewed', 'repeat', 'alike', 'trending'], false, 18240], ['category', ['viewed', 'trending'], false, 6120], ['product-substitutes', ['substitute', 'viewed', 'alike'], true, 0], ['product-complements', ['complement', 'viewed'], true, 4210],
  ['cart', ['complement', 'repeat', 'viewed'], true, 2890], ['search-empty', ['viewed', 'trending'], false, 310], ['order-confirmation', ['complement', 'repeat', 'viewed'], true, 0], ['e-mail', ['repeat', 'viewed', 'complement', 'trending'], false, 0], ['product', ['viewed', 'complement', 'substitute', 'alike'], true, 22480]]
const never = products.filter((_, i) => i % 9 === 4).map((p, i) => ({ sku: p.sku, title: p.title, why: ['sold out', 'sold out', 'hidden', 'margin below the floor'][i % 4] }))
const rules = [
  { id: 'r1', fixed: false, state: 'running', reach: 5, name: 'Gift wrap before Christmas', deed: 'boost', categories: ['Paper'], factor: 3, placements: ['cart', 'product-complements'], from: '2026-11-01T00:00', until: '2026-12-24T18:00', changed_at: '2026-10-28T09:12:00Z' },
  { id: 'r2', fixed: false, state: 'running', reach: 1, name: 'Advent calendar on top', deed: 'pin', skus: [products[40].sku], position: 1, placements: ['home'], until: '2026-12-01T00:00', changed_at: '2026-11-02T08:00:00Z' },
  { id: 'r3', fixed: false, state: 'waiting', reach: 0, name: 'Spring tableware', deed: 'boost', brands: ['Fernhill'], factor: 2, from: '2027-03-01T00:00', changed_at: '2026-11-10T16:40:00Z' },
  { id: 'r4', fixed: false, state: 'over', reach: 4, name: 'Lanterns of last summer', deed: 'bury', categories: ['Garden'], factor: 2, until: '2026-09-15T00:00', changed_at: '2026-06-01T07:30:00Z' },
  { fixed: true, state: 'running', reach: 1, name: 'Recall', deed: 'exclude', skus: [products[12].sku] },
]
let made = 10

/** How the lists of a place are made: as the replay of the shop's past chose it. */
function ways(name, sources) {
  if (name === 'search-empty') return [] // too few questions
  const tried = (chosen, hits) => Object.entries(hits).map(([n, hit_rate]) => ({ name: n, chosen: n === chosen, questions: 200, hit_rate, mrr: hit_rate / 2, ndcg10: hit_rate / 1.6 })).sort((a, b) => b.hit_rate - a.hit_rate)
  const within = { moment: 'within a visit', tried: tried('mixture', { mixture: 0.52, 'usual trust': 0.48, 'best sellers': 0.21 }), weights: [0.6, 0.25, 0.1, 0.05].slice(0, sources.length).map((weight, i) => ({ source: sources[i], weight })) }
  const back = { moment: 'coming back', tried: tried('best sellers', { mixture: 0.26, 'usual trust': 0.17, 'best sellers': 0.27 }), weights: [{ source: 'everywhere', weight: 1 }] }
  return name === 'home' ? [within, back] : [within]
}

/** Sets that go with the first product of the page. */
function bundles(items) {
  const first = products.find((p) => p.sku === items[0])
  if (!first) return []
  const others = products.filter((p) => p.category !== first.category && !never.some((n) => n.sku === p.sku)).slice(0, 2)
  return [[first, ...others], [first, others[0]]].map((set) => ({
    items: set.map((p) => ({ sku: p.sku, title: p.title, price_minor: p.price_minor })), price_minor: set.reduce((s, p) => s + p.price_minor, 0), currency: shops[0].currency,
    margin_minor: set.reduce((s, p) => s + p.price_minor - p.cost_minor, -390), reason: `often bought together with ${first.title}`,
  }))
}

const about = (r, p) => (r.skus ?? []).includes(p.sku) || (r.categories ?? []).some((c) => p.category === c)

/** The first n products that may be shown, as the rules want them. */
function list(n, placement, items, active) {
  const hold = active.filter((r) => r.state !== 'over' && r.state !== 'waiting' && (!r.placements?.length || r.placements.includes(placement)))
  const barred = new Set(never.map((x) => x.sku))
  const scored = products.filter((p) => !barred.has(p.sku) && !items.includes(p.sku) && !hold.some((r) => r.deed === 'exclude' && about(r, p))).map((p, i) => {
    let relevance = 1 / (1 + i / 6)
    for (const r of hold) if (about(r, p)) relevance *= r.deed === 'boost' ? r.factor ?? 2 : r.deed === 'bury' ? 1 / (r.factor ?? 2) : 1
    return { p, relevance, rules: hold.filter((r) => about(r, p)).map((r) => `${r.name} (${r.deed})`) }
  }).sort((a, b) => b.relevance - a.relevance)
  for (const r of hold.filter((x) => x.deed === 'pin').sort((a, b) => a.position - b.position)) {
    const at = scored.findIndex((s) => s.p.sku === r.skus[0])
    if (at >= 0) scored.splice(r.position - 1, 0, { ...scored.splice(at, 1)[0], pinned: true })
  }
  return scored.slice(0, n)
}

function checked(api, body) {
  const named = [...(body.skus ?? []), ...(body.categories ?? []), ...(body.brands ?? [])]
  const bad = (field, message) => { throw Object.assign(api.problem(422, 'invalid', 'The request is not right', `The rule cannot be: rule "${body.name}": ${field} ${message}`, 'Correct the fields listed under errors.'), { errors: [{ location: `body.${field}`, message }] }) }
  if (named.length === 0) bad('skus', 'names no product, and neither does it name a category or brand. Say what the rule is about.')
  if (body.from && body.until && body.from >= body.until) bad('until', 'is not after its beginning. Let the rule end after it begins, or leave one of the two away.')
  const state = body.until && body.until <= '2026-11-20T18:40' ? 'over' : body.from && body.from > '2026-11-20T18:40' ? 'waiting' : 'running'
  return { ...body, fixed: false, state, reach: products.filter((p) => about(body, p)).length, changed_at: '2026-11-20T18:40:00Z' }
}

export default function recommendations(api) {
  api.get('/api/recommendations', ({ shop }) => ({
    placements: placements.map(([name, sources, needs_item, lists]) => ({ name, sources, needs_item, server_only: name === 'e-mail', lists: isEmpty(shop) ? 0 : lists, ways: isEmpty(shop) ? [] : ways(name, sources) })),
    method: isEmpty(shop) ? { chosen: 'usual', visits: 0, tried: [], needed: 100 } : { chosen: 'one aim', visits: 48210, needed: 100, model: 'c0ffee', tried: [
      { name: 'one aim', chosen: true, questions: 1000, hit_rate: 0.412, mrr: 0.231, ndcg10: 0.268 }, { name: 'usual', chosen: false, questions: 1000, hit_rate: 0.398, mrr: 0.224, ndcg10: 0.259 },
      { name: 'of today', chosen: false, questions: 1000, hit_rate: 0.391, mrr: 0.219, ndcg10: 0.255 }, { name: 'wander', chosen: false, questions: 1000, hit_rate: 0.362, mrr: 0.198, ndcg10: 0.231 }] },
    coverage: isEmpty(shop) ? { products: 0, never: 0, shown: 0, lists: 0 } : { products: products.length, never: never.length, shown: 41, top_share: 0.38, lists: placements.reduce((sum, p) => sum + p[3], 0) },
    holdout: 0.1, least_margin: 0.1, from: '2026-10-24', to: '2026-11-20',
  }))
  api.post('/api/recommendations/preview', ({ body }) => {
    const items = body.items ?? []
    const placement = body.placement ?? 'home'
    let active = rules.filter((r) => !body.without || r.id !== body.without)
    if (body.draft) active = [...active, checked(api, body.draft)]
    const seed = items.length > 0 ? items : body.visitor ? [products[3].sku, products[8].sku] : []
    const titles = seed.map((s) => products.find((p) => p.sku === s)?.title).filter(Boolean)
    const source = titles.length === 0 ? 'trending' : placement.startsWith('product-sub') ? 'substitute' : 'complement'
    return {
      placement, seed: titles, unknown: items.filter((s) => !products.some((p) => p.sku === s)), bought: body.visitor ? 2 : 0, bot: body.visitor === 'bot', held_out: body.visitor === 'held', margin_weight: 0.5,
      notes: titles.length === 0 ? [{ code: 'generic', text: 'Nothing is known of this visitor yet, and the page names no product.' }] : [],
      bundles: bundles(items),
      left_out: [{ why: 'sold out', products: 4 }, { why: 'hidden', products: 2 }],
      items: list(body.n ?? 10, placement, items, active).map(({ p, relevance, rules: told, pinned }) => ({
        sku: p.sku, title: p.title, category: p.category, price_minor: p.price_minor, currency: shops[0].currency, margin_minor: p.price_minor - p.cost_minor - 390, send_minor: 390, zone: 'DE', from: 'Berlin', left: onHand(p), more_on: onHand(p) < 6 ? '2026-12-04' : undefined,
        reason: pinned ? 'chosen by the shop' : source === 'trending' ? `popular in ${p.category}` : `${source === 'substitute' ? 'instead of' : 'goes with'} ${titles[0]}`, source: pinned ? 'pinned' : source,
        score: relevance * 1.1, relevance, worth: 1.1, rules: told, parts: pinned ? [] : [{ source, relevance: relevance * 0.7, because: seed[0], because_title: titles[0] }, { source: 'viewed', relevance: relevance * 0.3 }],
      })),
    }
  })
  api.get('/api/recommendations/rules', ({ shop }) => ({ items: isEmpty(shop) ? [] : [...rules].sort((a, b) => Number(b.fixed) - Number(a.fixed)), time_zone: 'Europe/London', most: 500 }))
  api.post('/api/recommendations/rules', ({ body }) => {
    const rule = { ...checked(api, body), id: `r${made++}` }
    rules.push(rule)
    return rule
  })
  api.put('/api/recommendations/rules/:id', ({ params, body }) => {
    const at = rules.findIndex((r) => r.id === params.id)
    if (at < 0) throw api.problem(404, 'not_found', 'There is no such rule', 'there is no such rule', 'Go back to the list; it may have been removed.')
    return (rules[at] = { ...checked(api, body), id: params.id })
  })
  api.del('/api/recommendations/rules/:id', ({ params }) => {
    const at = rules.findIndex((r) => r.id === params.id)
    if (at < 0) throw api.problem(404, 'not_found', 'There is no such rule', 'there is no such rule', 'Go back to the list; it may have been removed.')
    return rules.splice(at, 1)[0]
  })
  api.get('/api/recommendations/never', ({ query, shop }) => {
    const all = isEmpty(shop) ? [] : never
    const count = new Map()
    for (const n of all) count.set(n.why, (count.get(n.why) ?? 0) + 1)
    return { ...page(all.filter((n) => !query.why || n.why === query.why), query, {}, (n) => `${n.title} ${n.sku}`), reasons: [...count].map(([why, n]) => ({ why, products: n })) }
  })
  api.get('/api/recommendations/lift', ({ query, shop }) => {
    const days = Number(query.days ?? 90)
    const base = { since: '2026-08-22T18:40:00Z', days, currency: shops[0].currency, holdout: 0.1, worth: 0.1, left_out: 0, crossed: 118, margin_known: 0.92 }
    if (isEmpty(shop)) return { ...base, holdout: 0, margin_known: 0, treatment: { visitors: 0, buyers: 0, revenue_minor: 0, margin_minor: 0 }, control: { visitors: 0, buyers: 0, revenue_minor: 0, margin_minor: 0 }, why: 'No visitors are held out, so there is nothing to compare with.', needed: 0, assumed: true }
    if (days === 28) return { ...base, treatment: { visitors: 812, buyers: 41, revenue_minor: 152.4, margin_minor: 81.2 }, control: { visitors: 88, buyers: 4, revenue_minor: 120.1, margin_minor: 66 }, why: 'Each side needs at least 100 visitors; there are 812 and 88.', needed: 131000, assumed: false, detectable: 1.21 }
    return { ...base, treatment: { visitors: 48210, buyers: 2412, revenue_minor: 161.2, margin_minor: 88.4 }, control: { visitors: 5390, buyers: 243, revenue_minor: 142.8, margin_minor: 77.1 }, revenue: { value: 18.4, low: 2.1, high: 34.7 }, margin: { value: 11.3, low: 1.9, high: 20.7 }, needed: 131000, assumed: false, detectable: 0.16 }
  })
}
