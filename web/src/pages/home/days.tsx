// Sales or orders by day; the title says what the bars show.
import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { DayBars } from '../../chart'
import type { Home, Shop } from '../../api'
import { change, day, moneyShort, number } from '../../format'
import { Section, useShop } from '../../shell'
import { strings } from '../../strings'

const words = strings.home.chart

type Field = 'net_minor' | 'orders'

/** "Sales are 12% up on the period before; best day 28 Nov 2026 with £4.2k", or only the peak where nothing compares. */
function message(home: Home, field: Field, shop: Shop): string {
  const best = home.days.reduce((a, b) => (b[field] > a[field] ? b : a))
  const value = field === 'orders' ? number(best.orders) : moneyShort(best.net_minor, shop)
  const kpi = home.kpis.find((k) => k.code === (field === 'orders' ? 'orders' : 'net_sales'))
  const moved = change(kpi?.value, kpi?.previous)
  const what = field === 'orders' ? words.ordersWord : words.salesWord
  if (!moved || moved.direction === 0) return field === 'orders' ? words.ordersTitle(day(best.day), value) : words.salesTitle(day(best.day), value)
  const percent = moved.text.replace(/^[+−]/, '')
  return `${moved.direction > 0 ? words.more(percent, what) : words.less(percent, what)}; ${words.peak(day(best.day), value)}`
}

export function Days({ home }: { home: Home }) {
  const shop = useShop()
  const [field, setField] = useState<Field>('net_minor')
  if (home.days.length === 0) return null
  const title = message(home, field, shop)
  return (
    <Section
      title={title} under={words.under}
      actions={<SegmentedControl size="xs" aria-label={words.field} value={field} onChange={(v) => setField(v as Field)} data={[{ value: 'net_minor', label: words.sales }, { value: 'orders', label: words.orders }]} />}
    >
      <DayBars days={home.days} field={field} title={title} currency={shop} />
    </Section>
  )
}
