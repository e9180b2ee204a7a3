// One bar per day from zero.
import { useMemo } from 'react'
import type { Day } from '../api'
import { day, money, moneyAxis, number, numberShort } from '../format'
import type { Currency } from '../format'
import { useChartColors } from '../theme'
import { Chart } from './Chart'
import { base, timeAxis, valueAxis } from './look'

interface Props {
  days: Day[]
  field: 'net_minor' | 'orders' | 'units' | 'gross_minor' | 'returns_minor'
  /** The message, for screen readers; it stands above the chart already. */
  title: string
  currency: Currency
  height?: number
}

export function DayBars({ days, field, title, currency, height = 240 }: Props) {
  const colors = useChartColors()
  const option = useMemo(() => {
    const isMoney = field.endsWith('_minor')
    const values = days.map((d) => d[field])
    return {
      ...base(colors),
      tooltip: {
        ...base(colors).tooltip,
        axisPointer: { type: 'shadow' },
        formatter: (points: { dataIndex: number }[]) => {
          const at = days[points[0]?.dataIndex ?? 0]
          return at ? `${day(at.day)}<br><b>${isMoney ? money(at[field], currency) : number(at[field])}</b>` : ''
        },
      },
      xAxis: timeAxis(colors, (v) => day(v, days.length > 120 ? 'month' : 'short'), days.map((d) => d.day)),
      yAxis: valueAxis(colors, (v) => (isMoney ? moneyAxis(v, currency) : numberShort(v))),
      series: [{ type: 'bar', data: values, itemStyle: { color: colors.accent }, barCategoryGap: days.length > 120 ? '10%' : '25%', large: false }],
    }
  }, [days, field, currency, colors])
  return <Chart option={option} height={height} ariaLabel={title} />
}
