// Service against money: what every share of demand served would cost together, where today lies, and where it is least.
import { useMemo } from 'react'
import type { CurvePoint } from '../api'
import { money, moneyAxis, percent } from '../format'
import type { Currency } from '../format'
import { useChartColors } from '../theme'
import { Chart } from './Chart'
import { base, escape, valueAxis } from './look'
import { words } from './strings'

const parts = ['lost_minor', 'holding_minor', 'ordering_minor'] as const

/** `title` is the message, for screen readers; it stands above the chart already. `over` is the time that the money is of. */
export function ServiceCurve({ points, currency, title, over = words.aYear, height = 240 }: { points: CurvePoint[]; currency: Currency; title: string; over?: string; height?: number }) {
  const colors = useChartColors()
  const option = useMemo(() => {
    const shared = base(colors)
    const at = (p: CurvePoint, v: number) => [p.fill * 100, v]
    const mark = (name: string, p: CurvePoint, filled: boolean, below: boolean) => ({
      type: 'line', name, data: [at(p, p.total_minor)], showSymbol: true, symbol: filled ? 'circle' : 'diamond', symbolSize: 14, z: 3,
      itemStyle: { color: filled ? colors.accent : colors.panel, borderColor: colors.accent, borderWidth: 2 },
      label: { show: true, formatter: name, position: below ? 'bottom' : 'top', color: colors.ink, fontSize: 13 },
    })
    const now = points.find((p) => p.today)
    const best = points.find((p) => p.best)
    const low = Math.floor(Math.min(...points.map((p) => p.fill)) * 100)
    return {
      ...shared,
      legend: { textStyle: { color: colors.quiet, fontSize: 13 }, data: [words.total, words.lost, words.holding] },
      grid: { ...shared.grid, top: 48, bottom: 32 },
      xAxis: { ...valueAxis(colors, (v) => `${v} %`), min: low, max: 100, name: words.served, nameLocation: 'middle', nameGap: 28, nameTextStyle: { color: colors.quiet, fontSize: 13 }, splitLine: { show: false } },
      yAxis: valueAxis(colors, (v) => moneyAxis(v, currency)),
      tooltip: {
        ...shared.tooltip,
        formatter: (found: { data: number[] }[]) => {
          const x = found[0]?.data[0]
          const p = points.find((q) => q.fill * 100 === x)
          return p ? `${escape(percent(p.fill))} ${escape(words.served.toLowerCase())}<br><b>${escape(money(p.total_minor, currency, { short: true }))}</b> ${escape(over)}` : ''
        },
      },
      series: [
        { type: 'line', name: words.total, data: points.map((p) => at(p, p.total_minor)), showSymbol: false, lineStyle: { color: colors.accent, width: 2 }, itemStyle: { color: colors.accent } },
        { type: 'line', name: words.lost, data: points.map((p) => at(p, p.lost_minor)), showSymbol: false, lineStyle: { color: colors.quiet, width: 2, type: [5, 4] }, itemStyle: { color: colors.quiet } },
        { type: 'line', name: words.holding, data: points.map((p) => at(p, p.holding_minor + p.ordering_minor)), showSymbol: false, lineStyle: { color: colors.quiet, width: 2, type: [1, 3] }, itemStyle: { color: colors.quiet } },
        ...(now ? [mark(now.best ? words.nowBest : words.now, now, true, false)] : []),
        ...(best && !best.today ? [mark(words.cheapest, best, false, true)] : []),
      ],
    }
  }, [points, currency, colors, over])
  const table = useMemo(() => ({
    columns: [words.wanted, words.served, words.total, words.lost, words.holding, words.stock],
    rows: points.map((p) => [`${percent(p.service)}${p.today ? ` (${words.now.toLowerCase()})` : ''}${p.best ? ` (${words.cheapest.toLowerCase()})` : ''}`, percent(p.fill), ...[p.total_minor, p[parts[0]], p[parts[1]] + p[parts[2]], p.stock_minor].map((v) => money(v, currency, { short: true }))]),
  }), [points, currency])
  return <Chart option={option} height={height} ariaLabel={title} table={table} />
}
