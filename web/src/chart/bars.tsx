// Bars from zero: one per day, week or month.
import { useMemo } from 'react'
import type { Day } from '../api'
import { day, money, moneyAxis, number, numberShort } from '../format'
import type { Currency } from '../format'
import { useChartColors } from '../theme'
import { Chart } from './Chart'
import { base, escape, timeAxis, valueAxis } from './look'
import { words } from './strings'

export interface Bar {
  /** The day it stands for, or on which its week or month begins. */
  x: string
  y: number
}

interface BarsProps {
  bars: Bar[]
  /** The message, for screen readers; it stands above the chart already. */
  title: string
  /** Set where values are minor units of money. */
  currency?: Currency
  /** What one bar stands for. */
  step?: 'day' | 'week' | 'month'
  height?: number
}

const names = { day: (x: string) => day(x), week: (x: string) => `${words.week} ${day(x)}`, month: (x: string) => day(x, 'month') }

export function Bars({ bars, title, currency, step = 'day', height = 240 }: BarsProps) {
  const name = names[step]
  const colors = useChartColors()
  const option = useMemo(() => {
    const text = (v: number) => (currency ? money(v, currency) : number(v))
    const long = bars.length > 120
    const shared = base(colors)
    return {
      ...shared,
      tooltip: {
        ...shared.tooltip,
        axisPointer: { type: 'shadow' },
        formatter: (points: { dataIndex: number }[]) => {
          const bar = bars[points[0]?.dataIndex ?? 0]
          return bar ? `${escape(name(bar.x))}<br><b>${escape(text(bar.y))}</b>` : ''
        },
      },
      xAxis: timeAxis(colors, (v) => day(v, long || step === 'month' || (step === 'week' && bars.length > 40) ? 'month' : 'short'), bars.map((b) => b.x)),
      yAxis: { ...valueAxis(colors, (v) => (currency ? moneyAxis(v, currency) : numberShort(v))), ...(bars.some((b) => b.y < 0) ? { min: undefined } : {}) },
      series: [{ type: 'bar', data: bars.map((b) => b.y), itemStyle: { color: colors.accent, borderRadius: bars.length < 60 ? [2, 2, 0, 0] : 0 }, barCategoryGap: long ? '10%' : '25%', barMaxWidth: 40 }],
    }
  }, [bars, currency, step, name, colors])
  const table = useMemo(() => ({ columns: [words[step], words.value], rows: bars.map((b) => [name(b.x), currency ? money(b.y, currency) : number(b.y)]) }), [bars, currency, step, name])
  return <Chart option={option} height={height} ariaLabel={title} table={table} />
}

interface DayProps {
  days: Day[]
  field: 'net_minor' | 'orders' | 'units' | 'gross_minor' | 'returns_minor'
  title: string
  currency: Currency
  height?: number
}

export function DayBars({ days, field, title, currency, height }: DayProps) {
  const bars = useMemo(() => days.map((d) => ({ x: d.day, y: d[field] })), [days, field])
  return <Bars bars={bars} title={title} currency={field.endsWith('_minor') ? currency : undefined} height={height} />
}
