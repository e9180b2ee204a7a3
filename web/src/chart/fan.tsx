// What was and what is expected, week by week: past as a solid line, the expected units dashed, the likely range as a band.
import { useMemo } from 'react'
import type { ForecastPoint } from '../api'
import { day, number, range } from '../format'
import { useChartColors } from '../theme'
import type { ChartColors } from '../theme'
import { Chart } from './Chart'
import css from './chart.module.css'
import { base, escape, timeAxis, valueAxis } from './look'
import { words } from './strings'

interface Props {
  history: { x: string; y: number }[]
  forecast: ForecastPoint[]
  unit: string
  /** Days to mark; each is drawn at the week that holds it. */
  markers?: { x: string; label: string }[]
  /** What somebody else says of some weeks, each drawn as points of its own. */
  others?: Other[]
  /** Weeks that lacked stock, and what would have sold in them. */
  lacked?: { x: string; y: number }[]
  height?: number
  ariaLabel?: string
}

/** `shape` keeps two of them apart without colour. */
export interface Other {
  name: string
  shape: 'diamond' | 'triangle'
  points: { x: string; y: number }[]
}

/** The units expected of a week, as everything that is ordered rests on them; of old proposals only the middle is kept. */
export const expectedOf = (f: ForecastPoint): number => f.mean ?? f.p50

const noOthers: Other[] = []
const noLacked: NonNullable<Props['lacked']> = []
const noMarkers: NonNullable<Props['markers']> = []
const nothing = { symbol: 'none', emphasis: { disabled: true } }

export function FanChart({ history, forecast, unit, markers = noMarkers, others = noOthers, lacked = noLacked, height = 240, ariaLabel }: Props) {
  const colors = useChartColors()
  const parts = useMemo(() => split(history, forecast), [history, forecast])
  const option = useMemo(() => draw(parts, unit, markers, others, lacked, colors), [parts, unit, markers, others, lacked, colors])
  const table = useMemo(() => ({
    columns: [words.week, words.sold, words.expected, words.low, words.high, ...(lacked.length > 0 ? [words.would] : []), ...others.map((o) => o.name)],
    rows: parts.weeks.map((w) => {
      const f = parts.coming.get(w)
      return [day(w), known(parts, w), ...(f ? [expectedOf(f), f.p10, f.p90].map((v) => number(v, v < 10 ? 1 : 0)) : ['', '', '']), ...(lacked.length > 0 ? [wouldHave(lacked, w)] : []), ...others.map((o) => said(o, w))]
    }),
  }), [parts, others, lacked])
  return (
    <>
      <Key colors={colors} partial={parts.running !== undefined} forecast={forecast.length > 0} fan={forecast.some((f) => f.p975 !== undefined)} lacked={lacked.length > 0} others={others} />
      <Chart option={option} height={height} ariaLabel={ariaLabel ?? markers.map((m) => `${m.label}: ${day(m.x)}`).join(', ')} table={table} />
    </>
  )
}

function said(o: Other, week: string): string {
  const y = o.points.find((p) => p.x === week)?.y
  return y === undefined ? '' : number(y, y < 10 && !Number.isInteger(y) ? 1 : 0)
}

function wouldHave(lacked: NonNullable<Props['lacked']>, week: string): string {
  const y = lacked.find((l) => l.x === week)?.y
  return y === undefined ? '' : number(y, y < 10 ? 1 : 0)
}

/** Weeks one after the other that lacked stock, as areas. */
function stretches(lacked: NonNullable<Props['lacked']>, weeks: string[]): { xAxis: string }[][] {
  const out: [number, number][] = []
  for (const at of lacked.map((l) => weeks.indexOf(l.x)).filter((i) => i >= 0).sort((a, b) => a - b)) {
    const last = out.at(-1)
    if (last && at <= last[1] + 1) last[1] = at
    else out.push([at, at])
  }
  return out.map(([from, to]) => [{ xAxis: weeks[Math.max(0, from - 1)] ?? '' }, { xAxis: weeks[to] ?? '' }])
}

interface Parts {
  weeks: string[]
  past: Map<string, number>
  coming: Map<string, ForecastPoint>
  /** The last week that is over. */
  joint?: { x: string; y: number }
  /** A week that has sales and a forecast: it is not over, so its sales are not comparable yet. */
  running?: { x: string; y: number }
}

function split(history: Props['history'], forecast: ForecastPoint[]): Parts {
  const first = forecast[0]?.week
  const over = first === undefined ? history : history.filter((h) => h.x < first)
  return {
    weeks: [...over.map((h) => h.x), ...forecast.map((f) => f.week)],
    past: new Map(over.map((h) => [h.x, h.y])),
    coming: new Map(forecast.map((f) => [f.week, f])),
    joint: over.at(-1),
    running: history.find((h) => h.x === first),
  }
}

function known(parts: Parts, week: string): string {
  if (parts.running?.x === week) return `${number(parts.running.y)} ${words.soFar}`
  return number(parts.past.get(week))
}

function draw(parts: Parts, unit: string, markers: NonNullable<Props['markers']>, others: Other[], lacked: NonNullable<Props['lacked']>, colors: ChartColors) {
  const { weeks, past, coming, joint, running } = parts
  const weekOf = (x: string) => weeks.findLast((w) => w <= x) ?? weeks[0] ?? ''
  // The band starts at the last week that is over, so that past and future meet.
  const at = (w: string): ForecastPoint | undefined => coming.get(w) ?? (joint && coming.size > 0 && w === joint.x ? { week: w, p025: joint.y, p10: joint.y, p25: joint.y, p50: joint.y, p75: joint.y, p90: joint.y, p975: joint.y } : undefined)
  const band = (name: string, low: (f: ForecastPoint) => number | undefined, high: (f: ForecastPoint) => number | undefined, opacity: number) => [
    { type: 'line', ...nothing, stack: name, stackStrategy: 'all', lineStyle: { opacity: 0 }, data: weeks.map((w) => { const f = at(w); return (f && low(f)) ?? null }), silent: true },
    { type: 'line', ...nothing, stack: name, stackStrategy: 'all', lineStyle: { opacity: 0 }, areaStyle: { color: colors.forecast, opacity }, data: weeks.map((w) => { const f = at(w); const a = f && low(f); const b = f && high(f); return a === undefined || b === undefined ? null : b - a }), silent: true },
  ]
  const fan = [...coming.values()].some((f) => f.p975 !== undefined)
  const shared = base(colors)
  return {
    ...shared,
    grid: { ...shared.grid, top: 16 + 18 * markers.length },
    tooltip: {
      ...shared.tooltip,
      formatter: (points: { axisValue: string }[]) => {
        const week = points[0]?.axisValue ?? ''
        const f = coming.get(week)
        const lines = []
        if (past.has(week) || running?.x === week) lines.push(`<b>${escape(known(parts, week))}</b> ${escape(unit)}`)
        if (wouldHave(lacked, week) !== '') lines.push(`${escape(words.lacked)}. ${escape(words.would)} <b>${escape(wouldHave(lacked, week))}</b> ${escape(unit)}`)
        if (f) lines.push(`${escape(words.expected)} <b>${escape(range(f.p10, expectedOf(f), f.p90, f.p90 < 10 ? 1 : 0))}</b> ${escape(unit)}`)
        if (f?.p025 !== undefined && f.p975 !== undefined) lines.push(escape(words.wide(`${number(f.p025, f.p975 < 10 ? 1 : 0)}–${number(f.p975, f.p975 < 10 ? 1 : 0)}`)))
        for (const o of others) if (said(o, week) !== '') lines.push(`${escape(o.name)} <b>${escape(said(o, week))}</b> ${escape(unit)}`)
        return [escape(`${words.week} ${day(week)}`), ...lines].join('<br>')
      },
    },
    xAxis: { ...timeAxis(colors, (v) => day(v, weeks.length > 60 ? 'month' : 'short'), weeks), boundaryGap: false },
    yAxis: valueAxis(colors, (v) => number(v)),
    series: [
      ...(fan ? band('95', (f) => f.p025, (f) => f.p975, 0.1) : []),
      ...band('80', (f) => f.p10, (f) => f.p90, fan ? 0.14 : 0.2),
      ...(fan ? band('50', (f) => f.p25, (f) => f.p75, 0.2) : []),
      { type: 'line', ...nothing, lineStyle: { color: colors.forecast, width: 2, type: [5, 4] }, itemStyle: { color: colors.forecast }, data: weeks.map((w) => { const f = at(w); return f ? expectedOf(f) : null }) },
      {
        type: 'line', ...nothing, lineStyle: { color: colors.accent, width: 2 }, itemStyle: { color: colors.accent }, data: weeks.map((w) => past.get(w) ?? null),
        markArea: { silent: true, itemStyle: { color: colors.muted, opacity: 0.28 }, data: stretches(lacked, weeks) },
        markLine: {
          silent: true, symbol: 'none',
          data: markers.map((m, i) => ({ xAxis: weekOf(m.x), label: { formatter: m.label, position: 'end', color: colors.ink, fontSize: 13, distance: 4 + 18 * (markers.length - 1 - i), align: weeks.indexOf(weekOf(m.x)) > weeks.length / 2 ? 'right' : 'left' }, lineStyle: { color: colors.ink, width: 1, type: 'solid' } })),
        },
      },
      ...(lacked.length > 0 ? [{ type: 'line', symbol: 'emptyCircle', symbolSize: 6, showAllSymbol: true, z: 4, connectNulls: false, emphasis: { disabled: true }, lineStyle: { color: colors.ink, width: 1.5, type: 'dotted' }, itemStyle: { color: colors.ink }, data: weeks.map((w) => lacked.find((l) => l.x === w)?.y ?? null) }] : []),
      ...others.map((o) => ({ type: 'line', symbol: o.shape, symbolSize: 9, showAllSymbol: true, z: 4, emphasis: { disabled: true }, lineStyle: { opacity: 0 }, itemStyle: { color: colors.ink }, data: weeks.map((w) => o.points.find((p) => p.x === w)?.y ?? null) })),
      ...(running ? [{ type: 'line', symbol: 'emptyCircle', symbolSize: 8, showAllSymbol: true, z: 3, emphasis: { disabled: true }, lineStyle: { opacity: 0 }, itemStyle: { color: colors.accent, borderWidth: 2 }, data: weeks.map((w) => (w === running.x ? running.y : null)) }] : []),
    ],
  }
}

function Key({ colors, partial, forecast, fan, lacked, others }: { colors: ChartColors; partial: boolean; forecast: boolean; fan: boolean; lacked: boolean; others: Other[] }) {
  return (
    <ul className={css.key} aria-hidden>
      <li><svg width="20" height="12"><line x1="0" x2="20" y1="6" y2="6" stroke={colors.accent} strokeWidth="2" /></svg>{words.sold}</li>
      {partial && <li><svg width="12" height="12"><circle cx="6" cy="6" r="4" fill="none" stroke={colors.accent} strokeWidth="2" /></svg>{words.soFarKey}</li>}
      {forecast && <li><svg width="20" height="12"><line x1="0" x2="20" y1="6" y2="6" stroke={colors.forecast} strokeWidth="2" strokeDasharray="5 3" /></svg>{words.expected}</li>}
      {forecast && <li><svg width="20" height="12"><rect width="20" height="12" rx="2" fill={colors.forecast} fillOpacity="0.25" /></svg>{fan ? words.bands : words.band}</li>}
      {lacked && <li><svg width="20" height="12"><rect width="20" height="12" fill={colors.muted} fillOpacity="0.35" /><circle cx="10" cy="6" r="3" fill="none" stroke={colors.ink} strokeWidth="1.5" /></svg>{words.lacked} · {words.would}</li>}
      {others.map((o) => <li key={o.name}><svg width="12" height="12"><path d={o.shape === 'diamond' ? 'M6 1 L11 6 L6 11 L1 6 Z' : 'M6 1 L11 11 L1 11 Z'} fill={colors.ink} /></svg>{o.name}</li>)}
    </ul>
  )
}
