// Two or three lines over weeks, apart by dash and mark as well as by colour, from zero.
import { useMemo } from 'react'
import { day } from '../format'
import { useChartColors } from '../theme'
import { Chart } from './Chart'
import { base, timeAxis, valueAxis } from './look'
import { words } from './strings'

export interface Line {
  name: string
  /** One for each week; undefined where nothing is known. */
  values: (number | undefined)[]
  /** The line to compare with: dashed and quiet. */
  against?: boolean
}

/** `title` is the message, for screen readers; `text` writes a value. `weeks` are the days on which they begin. */
export function Lines({ weeks, lines, text, title, height = 240 }: { weeks: string[]; lines: Line[]; text: (v: number) => string; title: string; height?: number }) {
  const colors = useChartColors()
  const option = useMemo(() => {
    const shared = base(colors)
    return {
      ...shared,
      legend: { textStyle: { color: colors.quiet, fontSize: 13 } },
      grid: { ...shared.grid, top: 40 },
      xAxis: timeAxis(colors, (v) => day(v, weeks.length > 60 ? 'month' : 'short'), weeks),
      yAxis: valueAxis(colors, text),
      tooltip: { ...shared.tooltip, valueFormatter: (v: unknown) => (typeof v === 'number' ? text(v) : '–') },
      series: lines.map((l) => ({
        type: 'line', name: l.name, data: l.values.map((v) => v ?? null), symbol: l.against ? 'emptyCircle' : 'circle', symbolSize: 8, showAllSymbol: weeks.length < 40, emphasis: { disabled: true },
        lineStyle: { color: l.against ? colors.quiet : colors.accent, width: 2, type: l.against ? [5, 4] : 'solid' }, itemStyle: { color: l.against ? colors.quiet : colors.accent },
      })),
    }
  }, [weeks, lines, text, colors])
  const table = useMemo(() => ({
    columns: [words.week, ...lines.map((l) => l.name)],
    rows: weeks.map((w, i) => [day(w), ...lines.map((l) => { const v = l.values[i]; return v === undefined ? '–' : text(v) })]),
  }), [weeks, lines, text])
  return <Chart option={option} height={height} ariaLabel={title} table={table} />
}
