// The pages of the menu. A page that nobody can use yet is not here.
import { IconBuildingWarehouse, IconDatabase, IconFlag, IconHome, IconInbox, IconLayoutCards, IconPackage, IconSettings, IconTrendingUp, IconUsers } from '@tabler/icons-react'
import { strings } from '../strings'

const words = strings.shell.menu

export const pages = [
  { to: '/', label: words.home, icon: IconHome },
  { to: '/decisions', label: words.decisions, icon: IconInbox },
  { to: '/demand', label: words.demand, icon: IconTrendingUp },
  { to: '/stock', label: words.stock, icon: IconBuildingWarehouse },
  { to: '/products', label: words.products, icon: IconPackage },
  { to: '/customers', label: words.customers, icon: IconUsers },
  { to: '/recommendations', label: words.recommendations, icon: IconLayoutCards },
  { to: '/data', label: words.data, icon: IconDatabase },
  { to: '/start', label: words.start, icon: IconFlag },
  { to: '/settings', label: words.settings, icon: IconSettings },
]

/** Pages whose figures follow the time range at the top. */
export function followsRange(path: string): boolean {
  return path === '/' || path.startsWith('/products')
}
