// The words of the customer pages, on top of the catalogue's.
import { strings } from '../../strings'

const own = {
  tabs: { overview: 'Overview', list: 'Everybody' },
  names: { champion: 'Champions', loyal: 'Loyal', promising: 'Promising', new: 'New', 'at risk': 'At risk', lapsed: 'Lapsed', once: 'Bought once' } as Record<string, string>,
  count: (n: string) => `${n} customers`,
  shareTitle: (name: string, customers: string, net: string) => `${name} are ${customers} of the customers and bring ${net} of what customers spend`,
  segmentsShort: 'groups by how recently, how often and for how much people ordered.', customersShare: 'Customers', netShare: 'Net sales', see: (name: string) => `See the customers: ${name}`,
  repeatTitle: (share: string) => `${share} of first-time buyers order again within 90 days`,
  notYet: 'Not known yet', notYetText: 'Too few buyers have had a year since their first order.', notYet90: 'Too few buyers have had 90 days since their first order.',
  modelTitle: 'Chance to order again',
  modelText: (share: string) => `On this shop’s own past the error of this estimate is ${share} smaller than the baseline’s.`,
  modelScore: (metric: string, own: string, base: string) => `Error (${metric}) ${own} against ${base}, lower is better`,
  tested: (n: number) => (n === 1 ? 'tested on 1 past cut-off' : `tested on ${n} past cut-offs`),
  trained: (d: string) => `trained ${d}`,
  why: 'Why this method',
  cohortTitle: (month: string, share: string) => `Of the buyers who first came in ${month}, ${share} ordered again in the month after`,
  cohortMore: 'Each row is a month of new buyers; each column, how many of them ordered in the months after. Dashed: that month is not over yet.',
  cohortCell: (month: string, share: string) => `${month}: ${share} ordered`,
  partialCell: (month: string, share: string) => `${month}, not over yet: ${share} so far`,
  withoutTitle: (share: string, lines: string) => `${share} of net sales (${lines} order lines) name no customer. They count as sales, but cannot count on this page.`,
  hints: {
    net: 'What they paid for goods, after discounts and returns', rfv: 'How recently, how often and for how much, each from 1 to 5; 5 is best', p_repeat: 'Estimated from customers who were like them before',
    recency: 'Days are counted from the newest order of the shop',
  },
  rfvShort: 'R-F-V', daysAgo: (n: number) => (n === 0 ? 'on the newest day' : n === 1 ? '1 day before the newest' : `${n} days before the newest`),
  rfvWords: (r: string, f: string, v: string) => `Recency ${r}, frequency ${f}, value ${v} of 5`,
  filter: 'Segment', value: 'Value', frequency: 'Frequency', recencyWord: 'Recency',
  chance: 'Orders again in 90 days', perOrder: 'Average order', returnedShare: 'Returned',
  months: (value: string, month: string) => `The best month was ${month} with ${value}`, monthsUnder: 'Net value of orders by month.',
  ordersCount: (n: string) => `${n} orders`, ordersEmpty: (n: string) => `Also listed: ${n} without a value, because all of it was cancelled or free. They do not count.`, lines: 'Lines', productsCount: (n: string) => `${n} products bought`,
  notFound: 'There is no such customer', nameless: 'No such customer in this segment. Try another one.', clear: 'Show everybody',
}

export const words = { ...strings.customers, ...own }

export const segmentName = (segment: string) => words.names[segment] ?? segment
