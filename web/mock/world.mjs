// The example shop that all mock areas tell the same story about: a British gift and homeware shop, one year of days up to
// today = 2026-11-20. Everything is drawn from a fixed seed, so that screenshots repeat. All of it is invented and its
// sources are labelled synthetic. Shop "north-pine" has everything, shop "quay" is new and empty.
export const today = '2026-11-20'
export const shops = [
  { id: 'north-pine', name: 'North & Pine', currency: 'GBP', currency_exponent: 2, time_zone: 'Europe/London', currency_basis: 'set', mode: 'approve' },
  { id: 'quay', name: 'Quay Books', currency: 'EUR', currency_exponent: 2, time_zone: 'Europe/Dublin', currency_basis: 'assumed', mode: 'approve' },
]
export const isEmpty = (shop) => shop !== 'north-pine'
export const sources = ['file:orders-2026', 'file:stock-2026-11']

/** mulberry32: a seeded generator of numbers in [0, 1). */
export function random(seed) {
  let s = seed >>> 0
  return () => {
    s = (s + 0x6d2b79f5) | 0
    let t = Math.imul(s ^ (s >>> 15), 1 | s)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function addDays(day, n) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10)
}

export function weekday(day) {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
}

/** Monday of the week that holds the day. */
export const monday = (day) => addDays(day, -weekday(day))

const suppliers = ['Brixham Ceramics', 'Lune Textiles', 'Oakworks', 'Fenland Paper', 'Torridon Candles']
const ranges = [
  ['Ceramic mug', 'Kitchen', 0, 950, ['sage', 'oat', 'midnight', 'rust', 'speckled white']],
  ['Stoneware bowl', 'Kitchen', 0, 1450, ['small', 'medium', 'large', 'serving']],
  ['Linen tea towel', 'Kitchen', 1, 850, ['stripe', 'check', 'fern', 'plain', 'harbour']],
  ['Wool throw', 'Living', 1, 5900, ['moss', 'ecru', 'charcoal', 'heather']],
  ['Cushion cover', 'Living', 1, 2200, ['moss', 'ochre', 'ink', 'blush', 'stone']],
  ['Oak serving board', 'Kitchen', 2, 2800, ['small', 'large', 'round']],
  ['Wooden coaster set', 'Kitchen', 2, 1200, ['oak', 'walnut', 'ash']],
  ['Wall hook', 'Hall', 2, 900, ['single', 'double', 'rail of five']],
  ['Notebook A5', 'Paper', 3, 750, ['lined', 'dotted', 'plain', 'squared']],
  ['Gift wrap roll', 'Paper', 3, 450, ['holly', 'stars', 'kraft', 'birds', 'fox']],
  ['Advent calendar', 'Paper', 3, 1600, ['village', 'forest']],
  ['Scented candle', 'Living', 4, 1850, ['cedar', 'fig', 'sea salt', 'orange & clove', 'unscented']],
  ['Tealight holder', 'Living', 4, 650, ['star', 'heart', 'glass', 'brass']],
  ['Hanging T-light lantern', 'Garden', 4, 1350, ['white', 'black', 'copper']],
]

const draw = random(20261120)

/** {sku, title, category, supplier, price_minor, cost_minor, pack, lead_days, rate (units a week), season} */
export const products = ranges.flatMap(([name, category, supplier, price, variants], group) =>
  variants.map((variant, i) => ({
    sku: `${String(21000 + group * 137 + i * 7)}${'ABCDE'[i]}`,
    title: `${name}, ${variant}`,
    category,
    supplier: suppliers[supplier],
    price_minor: Math.round((price * (0.9 + 0.25 * draw())) / 5) * 5,
    cost_minor: Math.round(price * (0.36 + 0.12 * draw())),
    pack: [6, 12, 24][Math.floor(draw() * 3)],
    lead_days: [14, 21, 28, 12, 18][supplier],
    rate: Math.round(6 + 70 * draw() ** 2.2),
    season: group === 9 || group === 10 ? 3 : group === 11 || group === 12 ? 1.2 : 0.5,
  })),
)
export { suppliers }

/** How much busier a day is because of the time of year: a Christmas peak, a quiet February. */
export function yearShape(day, strength = 1) {
  const at = (Date.parse(`${day}T00:00:00Z`) - Date.parse(`${day.slice(0, 4)}-01-01T00:00:00Z`)) / 86_400_000
  const peak = Math.exp(-(((at - 335) / 26) ** 2))
  return Math.max(0.25, 0.82 + strength * 0.85 * peak - 0.12 * Math.exp(-(((at - 40) / 30) ** 2)))
}

/** 365 days up to today in the form of Day. */
export const days = Array.from({ length: 365 }, (_, i) => {
  const d = addDays(today, i - 364)
  const noise = 0.82 + 0.36 * draw()
  const week = [0.95, 1, 1.02, 1.08, 1.15, 1.2, 0.75][weekday(d)]
  const orders = Math.max(3, Math.round(46 * yearShape(d) * week * noise))
  const units = Math.round(orders * (3.1 + draw()))
  const gross_minor = Math.round(units * (1240 + 180 * draw()))
  const discount_minor = Math.round(gross_minor * 0.03 * draw())
  const returns_minor = Math.round(gross_minor * (0.02 + 0.03 * draw()))
  return { day: d, orders, units, gross_minor, discount_minor, returns_minor, net_minor: gross_minor - discount_minor - returns_minor }
})

/** 52 past weeks of one product: [{week, units, net_minor, returned}]. */
export function weeksOf(product, count = 52) {
  const r = random(Number.parseInt(product.sku, 10))
  return Array.from({ length: count }, (_, i) => {
    const week = addDays(monday(today), 7 * (i - count))
    const units = Math.max(0, Math.round(product.rate * yearShape(week, product.season) * (0.6 + 0.8 * r())))
    const returned = Math.round(units * 0.04 * r())
    return { week, units, net_minor: (units - returned) * product.price_minor, returned }
  })
}

/** Coming weeks of one product with their band: ForecastPoint[]. */
export function forecastOf(product, count = 12) {
  return Array.from({ length: count }, (_, i) => {
    const week = addDays(monday(today), 7 * i)
    const p50 = product.rate * yearShape(week, product.season)
    const spread = 0.22 + 0.025 * i
    const round = (x) => Math.round(x * 10) / 10
    return { week, p10: round(Math.max(0, p50 * (1 - spread))), p50: round(p50), mean: round(p50 * 1.02), p90: round(p50 * (1 + spread * 1.25)), p025: round(Math.max(0, p50 * (1 - 1.5 * spread))), p25: round(p50 * (1 - spread / 2)), p75: round(p50 * (1 + spread * 0.6)), p975: round(p50 * (1 + spread * 1.9)) }
  })
}

/** Units on hand as of today; a third of the products are short. */
export function onHand(product) {
  const r = random(Number.parseInt(product.sku, 10) + 5)()
  return Math.round(product.rate * (r < 0.34 ? 1 + 2.2 * r : 3 + 14 * r))
}

/** Applies ?q=&sort=&limit=&offset= to rows. `keys` maps sort names to fields, `text` makes the searched words. */
export function page(rows, query, keys, text) {
  const q = (query.q ?? '').toLowerCase()
  let found = q ? rows.filter((row) => text(row).toLowerCase().includes(q)) : [...rows]
  if (query.sort) {
    const down = query.sort.startsWith('-')
    const field = keys[query.sort.replace(/^-/, '')]
    if (field) {
      found.sort((a, b) => {
        const x = a[field] ?? (typeof b[field] === 'string' ? '' : -Infinity)
        const y = b[field] ?? (typeof a[field] === 'string' ? '' : -Infinity)
        return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1)
      })
    }
  }
  const offset = Number(query.offset ?? 0)
  return { items: found.slice(offset, offset + Number(query.limit ?? 50)), total: found.length }
}

/** Service against money: less is lost and more is held the more of demand is served. */
export function curveOf(yearly, at = 0.95) {
  const levels = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999]
  const points = levels.map((service) => {
    const fill = Math.round((1 - (1 - service) * 0.35) * 1e4) / 1e4
    const lost_minor = Math.round(yearly * 0.4 * (1 - fill)), stock_minor = Math.round(yearly * (0.08 - 0.02 * Math.log(1.0005 - service)))
    const holding_minor = Math.round(stock_minor * 0.2), ordering_minor = Math.round(yearly * 0.004)
    return { service, fill, lost_minor, holding_minor, ordering_minor, total_minor: lost_minor + holding_minor + ordering_minor, stock_minor, ...(service === at ? { today: true } : {}) }
  })
  points.reduce((a, b) => (b.total_minor < a.total_minor ? b : a)).best = true
  return points
}
