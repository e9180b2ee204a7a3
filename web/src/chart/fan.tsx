// What was and what is expected, week by week: past as a solid line, the middle forecast dashed, the likely range as a band.
import { useMemo } from 'react'
import type { ForecastPoint } from '../api'
import { day, number, range } from '../format'
import { useChartColors } from '../theme'
import { Chart } from './Chart'
import { base, escape, timeAxis, valueAxis } from './look'

interface Props {
  history: { x: string; y: number }[]
  forecast: ForecastPoint[]
  unit: string
  /** Days to mark; each is drawn at the week that holds it. */
  markers?: { x: string; label: string }[]
  height?: number
  ariaLabel?: string
}

export function FanChart({ history, forecast, unit, markers = [], height = 240, ariaLabel }: Props) {
  const colors = useChartColors()
  const option = useMemo(() => {
    const weeks = [...history.map((h) => h.x), ...forecast.map((f) => f.week)]
    const past = new Map(history.map((h) => [h.x, h.y]))
    const coming = new Map(forecast.map((f) => [f.week, f]))
    const weekOf = (x: string) => weeks.findLast((w) => w <= x) ?? weeks[0] ?? ''
    // The band starts at the last known week, so that past and future meet.
    const joint = history.at(-1)
    const at = (w: string): ForecastPoint | undefined => coming.get(w) ?? (joint && w === joint.x ? { week: w, p10: joint.y, p50: joint.y, p90: joint.y } : undefined)
    const nothing = { symbol: 'none', emphasis: { disabled: true } }
    return {
      ...base(colors),
      grid: { ...base(colors).grid, top: 16 + 18 * markers.length },
      tooltip: {
        ...base(colors).tooltip,
        formatter: (points: { axisValue: string }[]) => {
          const week = points[0]?.axisValue ?? ''
          const f = coming.get(week)
          const known = past.get(week)
          return `${escape(day(week))}<br><b>${known !== undefined ? number(known) : f ? range(f.p10, f.p50, f.p90, 0) : '–'}</b> ${escape(unit)}`
        },
      },
      xAxis: { ...timeAxis(colors, (v) => day(v, 'short'), weeks), boundaryGap: false },
      yAxis: valueAxis(colors, (v) => number(v)),
      series: [
        { type: 'line', ...nothing, stack: 'band', stackStrategy: 'all', lineStyle: { opacity: 0 }, data: weeks.map((w) => at(w)?.p10 ?? null), silent: true },
        { type: 'line', ...nothing, stack: 'band', stackStrategy: 'all', lineStyle: { opacity: 0 }, areaStyle: { color: colors.forecast, opacity: 0.2 }, data: weeks.map((w) => { const f = at(w); return f ? f.p90 - f.p10 : null }), silent: true },
        { type: 'line', ...nothing, lineStyle: { color: colors.forecast, width: 2, type: [5, 4] }, itemStyle: { color: colors.forecast }, data: weeks.map((w) => at(w)?.p50 ?? null) },
        {
          type: 'line', ...nothing, lineStyle: { color: colors.accent, width: 2 }, itemStyle: { color: colors.accent }, data: weeks.map((w) => past.get(w) ?? null),
          markLine: {
            silent: true, symbol: 'none',
            data: markers.map((m, i) => ({ xAxis: weekOf(m.x), label: { formatter: m.label, position: 'end', color: colors.ink, fontSize: 13, distance: 4 + 18 * (markers.length - 1 - i), align: weeks.indexOf(weekOf(m.x)) > weeks.length / 2 ? 'right' : 'left' }, lineStyle: { color: colors.ink, width: 1, type: 'solid' } })),
          },
        },
      ],
    }
  }, [history, forecast, unit, markers, colors])
  return <Chart option={option} height={height} ariaLabel={ariaLabel ?? markers.map((m) => `${m.label}: ${day(m.x)}`).join(', ')} />
}
