// Every word the dashboard says, in one catalogue with a part per area, so that another language is another catalogue.
import { chart } from './strings/chart'
import { customers } from './strings/customers'
import { data } from './strings/data'
import { decisions } from './strings/decisions'
import { digest } from './strings/digest'
import { home } from './strings/home'
import { products } from './strings/products'
import { settings } from './strings/settings'
import { shell } from './strings/shell'

export const strings = { shell, home, decisions, digest, products, customers, data, settings, chart }
