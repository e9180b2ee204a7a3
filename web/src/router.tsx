// Every address of the dashboard. Pages are separate chunks, loaded when first visited and preloaded on hover.
// Search parameters are flat texts (see shell/url.ts); shop, from and to travel along from page to page.
import type { ReactNode } from 'react'
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, retainSearchParams } from '@tanstack/react-router'
import { NotFound, RouteError } from './shell/problems'
import { PageSkeleton } from './shell/states'
import { Root, Shell } from './shell/shell'
import type { Search } from './shell/url'

const root = createRootRoute({
  component: Root,
  notFoundComponent: NotFound,
  validateSearch: (search: Record<string, unknown>): Search => search as Search,
  search: { middlewares: [retainSearchParams(['shop', 'from', 'to'])] },
})

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell })

const page = <Path extends string>(path: Path, load: () => Promise<{ default: () => ReactNode }>) =>
  createRoute({ getParentRoute: () => shell, path, component: lazyRouteComponent(load) })

const routes = root.addChildren([
  shell.addChildren([
    page('/', () => import('./pages/home')),
    page('/digest', () => import('./pages/digest')),
    // The inbox stays mounted while a decision is opened beside it.
    page('/start/{-$step}', () => import('./pages/start')),
    page('/decisions/{-$id}', () => import('./pages/decisions')),
    page('/products', () => import('./pages/products')),
    page('/products/$sku', () => import('./pages/products/product')),
    // ?tab=: products (also when absent), accuracy, adjusted, own.
    page('/demand', () => import('./pages/demand')),
    page('/demand/$sku', () => import('./pages/demand/product')),
    // ?tab=: levels (also when absent), orders, suppliers.
    page('/stock', () => import('./pages/stock')),
    page('/customers', () => import('./pages/customers')),
    page('/customers/$id', () => import('./pages/customers/customer')),
    // Tabs: preview (also when absent), rules, earned, reach. What a preview asks is in the address.
    page('/recommendations/{-$tab}', () => import('./pages/recommendations')),
    // Tabs: sources (also when absent), import, quarantine, quality, models. /data/import?kind=stock preselects a kind of file.
    page('/data/{-$tab}', () => import('./pages/data')),
    // Tabs: shop (also when absent), users, keys, audit, account.
    page('/settings/{-$tab}', () => import('./pages/settings')),
  ]),
  createRoute({ getParentRoute: () => root, path: '/sign-in', component: lazyRouteComponent(() => import('./pages/signin')) }),
])

export const router = createRouter({
  routeTree: routes,
  defaultPreload: 'intent',
  defaultPendingComponent: PageSkeleton,
  defaultPendingMs: 150,
  defaultErrorComponent: RouteError,
  scrollRestoration: true,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(Object.entries(search).filter(([, v]) => v !== undefined && v !== '') as [string, string][]).toString()
    return text ? `?${text}` : ''
  },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
