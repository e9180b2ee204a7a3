import type { ProductRow, Shop } from '../../api'
import { money } from '../../format'

/** "£2.40 – £5.91": the lowest and highest price of one unit in the period. */
export function priceRange(p: ProductRow, shop: Shop): string {
  if (p.price_min_minor === undefined) return '–'
  if (p.price_max_minor === undefined || p.price_min_minor === p.price_max_minor) return money(p.price_min_minor, shop)
  return `${money(p.price_min_minor, shop)} – ${money(p.price_max_minor, shop)}`
}
