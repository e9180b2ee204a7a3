// The words that charts say themselves.
import { strings } from '../strings'

export const words = {
  ...strings.chart,
  failed: 'The drawing could not be loaded; these are its numbers. Reload the page to try again.',
  day: 'Day', week: 'Week from', month: 'Month', value: 'Value',
  sold: 'Sold', soFar: 'so far', soFarKey: 'Week not over', expected: 'Expected', low: 'Likely at least', high: 'Likely at most', band: 'Likely range',
  notOver: 'not over yet',
}
