// One product: what was asked for and what is expected, prices, what goes with it, stock and supply.
import { Link, useParams } from '@tanstack/react-router'
import { IconChevronLeft } from '@tabler/icons-react'
import { ApiError, useGet } from '../../api'
import type { Data, Product } from '../../api'
import { dayRange, moneyShort, number, percent } from '../../format'
import { EmptyState, ErrorState, PageHeader, PageSkeleton, Section, SyntheticNote, useShop, useTimeRange } from '../../shell'
import { Findings } from '../data/quality'
import { Decisions, Prices, Together } from './about'
import { Demand } from './demand'
import { priceRange } from './price'
import css from './products.module.css'
import { words } from './strings'
import { Supply } from './supply'

export default function ProductPage() {
  const { sku } = useParams({ strict: false })
  const range = useTimeRange()
  const query = useGet<Product>('products', `/products/${encodeURIComponent(sku ?? '')}`, range, { keep: false })
  const data = useGet<Data>('data', '/data')
  const p = query.data
  if (query.error && !p) {
    const missing = query.error instanceof ApiError && query.error.status === 404
    return <><PageHeader title={sku ?? ''} actions={<Back />} />{missing ? <EmptyState title={words.notFound} action={{ label: words.back, to: '/products' }}>{query.error.message}</EmptyState> : <ErrorState error={query.error} retry={() => void query.refetch()} />}</>
  }
  if (!p) return <PageSkeleton />
  return (
    <>
      <Back />
      <PageHeader title={p.title || p.sku}>
        {[p.sku, p.brand, p.category].filter(Boolean).join(' · ')}{p.titles.length > 0 && ` · ${words.also(p.titles.slice(0, 3).join(', '))}`}
      </PageHeader>
      <SyntheticNote sources={data.data?.sources.filter((s) => s.synthetic).map((s) => s.source)} />
      <Figures p={p} />
      <div className={css.grid}>
        <div className={css.column}>
          <Demand p={p} />
          <Prices p={p} />
          {p.findings.length > 0 && <Section title={words.findings} under={words.wholeShop}><Findings findings={p.findings} /></Section>}
        </div>
        <div className={css.column}><Supply p={p} /><Decisions p={p} /><Together p={p} /></div>
      </div>
    </>
  )
}

function Back() {
  return <Link to="/products" className={css.back}><IconChevronLeft size={16} stroke={1.75} aria-hidden />{words.back}</Link>
}

function Figures({ p }: { p: Product }) {
  const shop = useShop()
  const range = useTimeRange()
  const figures: [string, string, string?][] = [
    [words.sales, moneyShort(p.row.net_minor, shop), words.hints.net],
    [words.ordersCount, number(p.row.orders)],
    [words.units, number(p.row.units)],
    [words.returned, percent(p.row.return_rate), words.hints.return_rate],
    [words.price, priceRange(p.row, shop), words.hints.price],
    [words.expected, number(p.row.demand_week, (p.row.demand_week ?? 0) < 10 ? 1 : 0), p.row.adjusted ? `${words.averageHint} ${words.hints.adjusted}.` : words.averageHint],
  ]
  return (
    <>
      <dl className={css.figures}>{figures.map(([k, v, hint]) => <div key={k} className={css.figure} title={hint}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>
      <p className={css.period}>{words.figures(range.from && range.to ? dayRange(range.from, range.to) : words.allTime)}</p>
    </>
  )
}
