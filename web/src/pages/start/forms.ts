// The reports of platforms: which columns a month has there, in their order, with their signs.
import type { SalesLine } from '../../api'

export interface Column {
  key: string // of its name, in strings.start.match.columns
  count?: boolean // a number of things rather than an amount
  of: (l: SalesLine) => number
}

const orders: Column = { key: 'orders', count: true, of: (l) => l.orders }
const gross: Column = { key: 'gross', of: (l) => l.gross_minor }
const discounts: Column = { key: 'discounts', of: (l) => l.discounts_minor }
const returns: Column = { key: 'returns', of: (l) => l.returns_minor }
const net: Column = { key: 'net', of: (l) => l.net_minor }
const shipping: Column = { key: 'shipping', of: (l) => l.shipping_minor }
const fees: Column = { key: 'fees', of: (l) => l.fees_minor }
const tax: Column = { key: 'tax', of: (l) => l.tax_minor }
const total: Column = { key: 'total', of: (l) => l.total_minor }
const units: Column = { key: 'units', count: true, of: (l) => l.units }

const charged = (l: SalesLine) => l.tax_minor + l.tax_back_minor
const paid = (l: SalesLine) => l.gross_minor - l.discounts_minor + l.shipping_minor + l.fees_minor + charged(l)
const paidBack = (l: SalesLine) => l.returns_minor + l.tax_back_minor
const taken = (c: Column): Column => ({ ...c, of: (l) => -c.of(l) })
const as = (key: string, c: Column): Column => ({ ...c, key })

export const forms: Record<string, Column[]> = {
  // Analytics, Reports, Total sales over time: what lowers sales is negative.
  shopify: [orders, gross, taken(discounts), taken(returns), net, as('shippingCharges', shipping), as('additionalFees', fees), as('taxes', tax), total],
  // Analytics, Revenue.
  woocommerce: [orders, gross, returns, as('coupons', discounts), net, as('taxes', tax), shipping, fees, total],
  // Business reports, Sales and traffic by date; the amounts behind it as the settlement sums them up. Prices are those that customers saw.
  amazon: [{ key: 'orderedProductSales', of: (l) => l.priced_minor }, as('unitsOrdered', units), { key: 'unitsRefunded', count: true, of: (l) => l.units_back },
    as('promotionalRebates', discounts), as('shippingCredits', shipping), { key: 'refunds', of: paidBack }, as('taxes', tax)],
  // Reports, Sales, Orders: the total is of orders as they were placed, with tax.
  adobe: [orders, as('salesItems', units), { key: 'salesTotal', of: paid }, { key: 'refunded', of: paidBack }, { key: 'salesTax', of: charged }, as('salesShipping', shipping), as('salesDiscount', discounts)],
  // The sums of the orders export's columns.
  bigcommerce: [orders, as('totalQuantity', units), as('subtotalExTax', gross), as('couponsAndDiscounts', discounts), as('shippingExTax', shipping), as('handling', fees), { key: 'taxTotal', of: charged }, { key: 'orderTotal', of: paid }, { key: 'refundAmount', of: paidBack }],
  other: [orders, gross, discounts, returns, net, shipping, fees, tax, total],
}
