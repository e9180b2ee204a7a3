// Past and expected sales by week with the day the stock runs out; the title is the message.
import { FanChart } from '../../chart'
import type { ReorderDetail, WeekPoint } from '../../api'
import { addDays, day } from '../../format'
import { strings } from '../../strings'
import css from './detail.module.css'

const words = strings.decisions.detail
const weeksBack = 16

export function Forecast({ reorder, weeks }: { reorder: ReorderDetail; weeks?: WeekPoint[] }) {
  if (reorder.forecast.length === 0) return null
  // Days are counted from the shop's newest records, not from the reader's today: cover and lead time both start there.
  const late = reorder.weeks_of_cover === undefined ? 0 : reorder.lead_days - Math.round(reorder.weeks_of_cover * 7)
  const arrives = reorder.stockout_day ? addDays(reorder.stockout_day, late) : undefined
  const title = reorder.stockout_day ? words.forecastOut(day(reorder.stockout_day), late) : words.forecast
  const first = reorder.forecast[0]?.week ?? ''
  const history = (weeks ?? []).filter((w) => w.week < first).slice(-weeksBack).map((w) => ({ x: w.week, y: w.units }))
  const last = addDays(reorder.forecast.at(-1)?.week ?? first, 6)
  const markers = [
    ...(reorder.stockout_day && reorder.stockout_day <= last ? [{ x: reorder.stockout_day, label: words.stockOut }] : []),
    ...(arrives && arrives <= last ? [{ x: arrives, label: words.arrives }] : []),
  ]
  return (
    <section className={css.part}>
      <h3>{title}</h3>
      <p className={css.under}>{words.forecastUnder}</p>
      <FanChart history={history} forecast={reorder.forecast} unit={words.unit} markers={markers} />
    </section>
  )
}
