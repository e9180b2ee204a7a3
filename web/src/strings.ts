// Every word the dashboard says, in one catalogue with a part per area, so that another language is another catalogue.
import { chart } from './strings/chart'
import { customers } from './strings/customers'
import { data } from './strings/data'
import { decisions } from './strings/decisions'
import { demand } from './strings/demand'
import { digest } from './strings/digest'
import { home } from './strings/home'
import { products } from './strings/products'
import { recommendations } from './strings/recommendations'
import { settings } from './strings/settings'
import { shell } from './strings/shell'
import { start } from './strings/start'
import { stock } from './strings/stock'

export const strings = { shell, home, start, decisions, digest, demand, stock, products, customers, recommendations, data, settings, chart }
