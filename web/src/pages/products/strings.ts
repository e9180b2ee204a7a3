// The words of the product pages, on top of the catalogue's.
import { strings } from '../../strings'

const own = {
  figures: (when: string) => `Figures for ${when}`,
  allTime: 'all time',
  noCounts: 'None of the products on this page has a stock count, so cover is unknown.',
  addCounts: 'Add stock counts',
  hints: {
    net: 'After discounts and returns, without tax', price: 'Lowest and highest price of one unit', return_rate: 'Value that came back, of what was sold',
    adjusted: 'Some of these weeks were set by hand', demand: 'Average units a week over the next four weeks; the line shows the last twelve', stock: 'Units on hand, and how long they last at the expected demand',
  },
  stockColumn: 'Stock', onHand: (n: string) => `${n} units`, lasts: (weeks: string) => `${weeks} weeks`, noDemand: 'no demand known',
  ordersCount: 'Orders',

  demandOf: (week: string, range: string) => `About ${range} units are expected in the week from ${week}`,
  demandNone: 'Units sold by week',
  salesTitle: (week: string, value: string) => `The best week began on ${week} with ${value}`,
  field: 'What the chart shows', unitsField: 'Units and forecast', salesField: 'Net sales',
  demandMore: 'Units ordered and not cancelled on the same day.',
  averageHint: 'The average of the next four weeks. It lies above the middle forecast where single large orders are possible.',

  card: 'How good this forecast is',
  better: (share: string) => `On this shop’s own past its error is ${share} smaller than the baseline’s`,
  same: 'On this shop’s own past it does no better than the baseline',
  untested: 'The past is too short to test it',
  answers: 'Method', against: 'Baseline', errorOf: (metric: string) => `Error (${metric})`, allProducts: 'all products, lower is better',
  tested: 'Tested on', folds: (n: number) => (n === 1 ? '1 past cut-off' : `${n} past cut-offs`), trained: 'Trained', knows: 'Knows sales before', why: 'Why this method',

  pricesOne: (price: string) => `Always sold at ${price}`,
  pricesMost: (price: string, share: string, low: string, high: string) => `Mostly sold at ${price} (${share} of units); the range is ${low} to ${high}`,
  pricesAll: (n: string) => `All ${n} prices`, pricesFew: 'Fewer',
  priceColumn: 'Price', from: 'From – to',

  onHandNow: (n: string) => `${n} units on hand`, cover: (weeks: string) => `enough for ${weeks} weeks`,
  stockTitle: 'Stock is unknown',
  quantities: { on_hand: 'On hand', available: 'Available', committed: 'Committed', unavailable: 'Unavailable', incoming: 'Incoming' } as Record<string, string>,
  add: { costs: 'Add unit costs', supply: 'Add lead times', stock: 'Add stock counts', products: 'Add a product file' },
  stockNeeds: 'Cover and reorder proposals need a stock count of this product.',
  counted: (d: string) => `counted on ${d}`,
  derived: (d: string) => `as of ${d}`,

  often: (n: string, times: string) => `in ${n} orders, ${times}× as often as by chance`,
  wholeShop: 'Counts are of the whole shop; the examples are of this product.',
  notFound: 'There is no such product',
}

export const words = { ...strings.products, ...own }
