// How numbers are written: by the reader's locale, with the shop's currency, and never with more digits than are known.
// Money arrives as minor units (an integer); the shop says how many decimals its currency has.

export interface Currency {
  currency: string
  currency_exponent: number
}

const dash = '–'
const locale = typeof navigator === 'undefined' ? 'en' : navigator.language || 'en'

const cache = new Map<string, Intl.NumberFormat>()
function formatter(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options)
  let found = cache.get(key)
  if (!found) {
    found = new Intl.NumberFormat(locale, { signDisplay: 'negative', ...options })
    cache.set(key, found)
  }
  return found
}

function currencyOptions(code: string): Intl.NumberFormatOptions {
  return /^[A-Z]{3}$/.test(code) ? { style: 'currency', currency: code, currencyDisplay: 'narrowSymbol' } : {}
}

/** Minor units to a number of major units. For drawing and scaling only; text goes through the functions below. */
export function major(minor: number, c: Currency): number {
  return minor / 10 ** c.currency_exponent
}

/** "£1,234.50": exact, for amounts that were counted. Whole amounts from 1,000 up lose their decimals when `short`. */
export function money(minor: number | undefined, c: Currency, options: { short?: boolean } = {}): string {
  if (minor === undefined) return dash
  const value = major(minor, c)
  const digits = options.short && Math.abs(value) >= 1000 ? 0 : c.currency_exponent
  return formatter({ ...currencyOptions(c.currency), minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
}

const scales = [
  { at: 1e9, suffix: 'bn' },
  { at: 1e6, suffix: 'm' },
  { at: 1e3, suffix: 'k' },
  { at: 1, suffix: '' },
] as const

function scaleOf(value: number): { at: number; suffix: string } {
  return scales.find((s) => Math.abs(value) >= s.at * 0.9995) ?? { at: 1, suffix: '' }
}

/** "£12.4k": three significant figures. For headlines, axes and estimates. */
export function moneyShort(minor: number | undefined, c: Currency): string {
  if (minor === undefined) return dash
  const value = major(minor, c)
  const scale = scaleOf(value)
  const scaled = value / scale.at
  const size = Math.abs(scaled)
  const digits = scale.suffix === '' ? 0 : size >= 100 ? 0 : size >= 10 ? 1 : 2
  return formatter({ ...currencyOptions(c.currency), minimumFractionDigits: digits, maximumFractionDigits: digits }).format(scaled) + scale.suffix
}

/** "£2.5k", "£5k": a tick of an axis, without noughts that say nothing. */
export function moneyAxis(minor: number, c: Currency): string {
  const value = major(minor, c)
  const scale = scaleOf(value)
  return formatter({ ...currencyOptions(c.currency), minimumFractionDigits: 0, maximumFractionDigits: 2 }).format(value / scale.at) + scale.suffix
}

/** Decimals that leave the width of a range about two figures: the rest would be invented. */
function rangeDigits(width: number): number {
  if (!(width > 0)) return 1
  return Math.min(2, Math.max(0, 1 - Math.floor(Math.log10(width))))
}

/** "£12.4k (8.1–17.0k)": the middle and the likely range, one unit for all three. */
export function moneyRange(low: number | undefined, mid: number | undefined, high: number | undefined, c: Currency): string {
  if (mid === undefined) return low !== undefined && high !== undefined ? rangeOnly(low, high, c) : dash
  if (low === undefined || high === undefined || low === high) return moneyShort(mid, c)
  const scale = scaleOf(major(mid, c))
  const parts = [low, mid, high].map((m) => major(m, c) / scale.at)
  const digits = rangeDigits((parts[2] ?? 0) - (parts[0] ?? 0))
  const plain = formatter({ minimumFractionDigits: digits, maximumFractionDigits: digits })
  const withSymbol = formatter({ ...currencyOptions(c.currency), minimumFractionDigits: digits, maximumFractionDigits: digits })
  const [l, m, h] = parts as [number, number, number]
  return `${withSymbol.format(m)}${scale.suffix} (${plain.format(l)}${joiner(l, h)}${plain.format(h)}${scale.suffix})`
}

function rangeOnly(low: number, high: number, c: Currency): string {
  return `${moneyShort(low, c)}${joiner(low, high)}${moneyShort(high, c)}`
}

function joiner(low: number, high: number): string {
  return low < 0 || high < 0 ? ' to ' : '–'
}

/** "12 (8–17)" for counts and rates that are not money. */
export function range(low: number, mid: number, high: number, digits?: number): string {
  const d = digits ?? rangeDigits(high - low)
  const f = formatter({ minimumFractionDigits: d, maximumFractionDigits: d })
  return `${f.format(mid)} (${f.format(low)}${joiner(low, high)}${f.format(high)})`
}

/** "1,234": whole by default. */
export function number(value: number | undefined, digits = 0): string {
  return value === undefined ? dash : formatter({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
}

/** "54.2k" from 10,000 up, exact below. */
export function numberShort(value: number | undefined): string {
  if (value === undefined) return dash
  if (Math.abs(value) < 10_000) return number(value, Number.isInteger(value) ? 0 : 1)
  const scale = scaleOf(value)
  const scaled = value / scale.at
  return number(scaled, Math.abs(scaled) >= 100 ? 0 : 1) + scale.suffix
}

/** "12.3%" from a ratio of 0.123. */
export function percent(ratio: number | undefined, digits = 1): string {
  return ratio === undefined ? dash : formatter({ style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(ratio)
}

/** "+12%" or "−3%": how far a number moved; undefined where there is nothing to compare with. */
export function change(value: number | undefined, previous: number | undefined): { text: string; direction: -1 | 0 | 1 } | undefined {
  if (value === undefined || previous === undefined || previous === 0) return undefined
  const ratio = value / previous - 1
  if (Math.abs(ratio) < 0.0005) return { text: '±0%', direction: 0 }
  const digits = Math.abs(ratio) < 0.0995 ? 1 : 0
  const text = formatter({ style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: 'always' }).format(ratio)
  return { text: text.replace('-', '−'), direction: ratio > 0 ? 1 : -1 }
}

function dateOf(day: string): Date {
  const [y = 1970, m = 1, d = 1] = day.slice(0, 10).split('-').map(Number)
  return new Date(Date.UTC(y, m - 1, d))
}

/** "5 Dec 2026" from "2026-12-05": a day of the shop, never shifted by the reader's time zone. */
export function day(value: string | undefined, style: 'full' | 'short' | 'month' = 'full'): string {
  if (!value) return dash
  const options: Intl.DateTimeFormatOptions =
    style === 'month' ? { month: 'short', year: 'numeric' } : style === 'short' ? { day: 'numeric', month: 'short' } : { day: 'numeric', month: 'short', year: 'numeric' }
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(dateOf(value))
}

/** "1 Dec 2025 – 20 Nov 2026". */
export function dayRange(from: string, to: string): string {
  return from === to ? day(from) : `${day(from)} – ${day(to)}`
}

/** "20 Nov 2026, 14:05" from an instant, in the given time zone (the shop's) or the reader's. */
export function instant(value: string | undefined, timeZone?: string): string {
  if (!value) return dash
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: timeZone || undefined }).format(new Date(value))
}

let ahead = 0 // by how many milliseconds the server's clock is before the reader's

/** Takes the server's time, which is that of the shop: a reader's clock may be wrong, and a simulated shop has its own. */
export function setClock(now: string | null): void {
  const t = now ? Date.parse(now) : NaN
  if (!Number.isNaN(t)) ahead = t - Date.now()
}

/** "3 days ago", "in 2 hours". */
export function ago(value: string | undefined, now: Date = new Date(Date.now() + ahead)): string {
  if (!value) return dash
  const seconds = (new Date(value).getTime() - now.getTime()) / 1000
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [['year', 31_557_600], ['month', 2_629_800], ['day', 86_400], ['hour', 3600], ['minute', 60]]
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  for (const [unit, size] of steps) if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit)
  return format.format(0, 'minute')
}

/** Days from one shop day to another: 9 for "2026-12-01" → "2026-12-10". */
export function daysBetween(from: string, to: string): number {
  return Math.round((dateOf(to).getTime() - dateOf(from).getTime()) / 86_400_000)
}

/** "2026-12-10" from "2026-12-01" and 9. */
export function addDays(from: string, days: number): string {
  return new Date(dateOf(from).getTime() + days * 86_400_000).toISOString().slice(0, 10)
}

/** "45.2 MB". */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB']
  let scaled = value
  let unit = 0
  while (scaled >= 1000 && unit < units.length - 1) {
    scaled /= 1000
    unit++
  }
  return `${number(scaled, unit === 0 || scaled >= 100 ? 0 : 1)} ${units[unit]}`
}

/** "1 order", "1,234 orders". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`
}

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
