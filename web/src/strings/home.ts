export const home = {
  title: 'Home',
  period: (range: string) => range,
  compared: (range: string) => `compared with ${range}`,
  asOf: (when: string) => `records up to ${when}`,
  notCompared: 'no earlier records to compare with',

  leaks: {
    title: 'Where money is lost first',
    under: 'Largest first. The look of each bar says how the figure is known.',
    period: (range: string) => `Over ${range}`,
    how: 'How it is worked out',
    assumptions: 'It is assumed that:',
    sharpen: 'What would sharpen it',
    open: 'Show',
    none: 'No loss found in this period',
    noneText: 'Nothing in the records of this period points to lost money. A longer period or more kinds of data may.',
    unknown: 'Not known',
    likely: 'Likely range',
    barLabel: (title: string, value: string) => `${title}: ${value}`,
  },

  kpi: {
    label: 'Key figures',
    names: {
      net_sales: 'Net sales', orders: 'Orders', average_order: 'Average order', units: 'Units', return_rate: 'Return rate',
      repeat_rate_90: 'Buy again in 90 days', repeat_rate_365: 'Buy again in a year', customers: 'Customers',
    },
    explain: {
      net_sales: 'Sold, minus discounts and returns, without tax and services.', orders: 'Orders with at least one product, cancelled ones left out.', average_order: 'Net sales divided by orders.',
      units: 'Pieces sold.', return_rate: 'Value returned divided by value sold.', repeat_rate_90: 'Share of customers who bought again within 90 days of their first order. Customers whose 90 days are not over are left out.',
      repeat_rate_365: 'Share of customers who bought again within a year of their first order. Customers whose year is not over are left out.', customers: 'Different customers who ordered.',
    },
    before: (value: string) => `before: ${value}`,
  },

  chart: {
    sales: 'Sales',
    orders: 'Orders',
    field: 'Show by day',
    salesTitle: (best: string, amount: string) => `Sales by day peaked on ${best} at ${amount}`,
    ordersTitle: (best: string, count: string) => `Orders by day peaked on ${best} at ${count}`,
    more: (percent: string, what: string) => `${what} are ${percent} up on the period before`,
    less: (percent: string, what: string) => `${what} are ${percent} down on the period before`,
    salesWord: 'Sales',
    ordersWord: 'Orders',
    under: 'By day in the shop’s time zone',
    peak: (day: string, value: string) => `best day ${day} with ${value}`,
  },

  now: {
    title: 'Needs you now',
    decisions: (n: string) => `${n} open decisions`,
    decision: '1 open decision',
    value: (money: string) => `about ${money} at stake`,
    review: 'Review decisions',
    none: 'No decision is waiting.',
    late: (n: number) => (n === 1 ? '1 order may come too late' : `${n} orders may come too late`),
    lateRisk: (money: string) => `about ${money} at risk`,
    slower: (n: number) => (n === 1 ? '1 supplier has become slower' : `${n} suppliers have become slower`),
    findings: (n: string) => `${n} data findings`,
    quarantined: (n: string) => `${n} lines in quarantine`,
    behind: (n: string) => `${n} facts not counted yet`,
  },

  readiness: {
    title: 'What Almanac can do with your data',
    ready: 'Ready',
    blocked: 'Needs data',
    partly: 'Ready in part',
  },

  empty: {
    start: 'Or be led through the first hour, from your exports to the first orders',
    title: 'Drop an export',
    text: 'Orders from your shop system, as CSV, JSON lines or Parquet (also .gz). Columns are recognised, you check them, and every line is accounted for.',
    action: 'Choose a file',
    then: 'What you get from it',
    gets: [
      ['Orders', 'sales by day, products, customers, what is bought together, demand forecasts, where money is lost'],
      ['+ stock counts', 'weeks of cover, products about to run out'],
      ['+ lead times', 'orders to place, in time and in whole packs'],
      ['+ unit costs', 'what an order costs, what dead stock ties up'],
    ] as [string, string][],
    stays: 'Your data stays in the data folder of this installation.',
  },
}
