// The words that charts say themselves.
import { strings } from '../strings'

export const words = {
  ...strings.chart,
  failed: 'The drawing could not be loaded; these are its numbers. Reload the page to try again.',
  day: 'Day', week: 'Week from', month: 'Month', value: 'Value',
  sold: 'Sold', soFar: 'so far', soFarKey: 'Week not over', expected: 'Expected', low: 'Likely at least', high: 'Likely at most', band: 'Likely range', bands: 'Likely range of 50, 80 and 95 of 100 weeks', wide: (range: string) => `95 of 100: ${range}`, would: 'Would have sold (estimated)', lacked: 'Lacked stock',
  total: 'Together', lost: 'Lost margin', holding: 'Holding and ordering', stock: 'Stock', served: 'Demand served', wanted: 'Wanted availability', now: 'Today', nowBest: 'Today, cheapest', cheapest: 'Cheapest', aYear: 'a year',
  notOver: 'not over yet',
}
