// Home: where money is lost first, how the shop is doing, what waits for a person, and what its data is enough for.
import { Link } from '@tanstack/react-router'
import { useGet } from '../../api'
import type { Home } from '../../api'
import { dayRange, instant } from '../../format'
import { ErrorState, PageHeader, PageSkeleton, Section, SyntheticNote, useShop, useTimeRange } from '../../shell'
import { strings } from '../../strings'
import { NeedsYou, ReadinessList } from './aside'
import { Days } from './days'
import { NewShop } from './empty'
import css from './home.module.css'
import { Kpis } from './kpis'
import { Leaks } from './leaks'

const words = strings.home

export default function HomePage() {
  const shop = useShop()
  const { from, to } = useTimeRange()
  const query = useGet<Home>('home', '/home', { from, to })
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  const home = query.data
  if (!home) return <PageSkeleton />
  if (!home.coverage) return <><PageHeader title={shop.name} /><NewShop /></>
  const { period } = home
  const compared = home.kpis.some((k) => k.previous !== undefined)
  return (
    <>
      <PageHeader title={shop.name} actions={<Link to="/digest">{strings.digest.title}</Link>}>
        {dayRange(period.from, period.to)}, {compared ? words.compared(dayRange(period.previous_from, period.previous_to)) : words.notCompared} · {words.asOf(instant(home.coverage.as_of, shop.time_zone))}
      </PageHeader>
      <SyntheticNote sources={home.synthetic} />
      <div className={css.grid} data-stale={query.isPlaceholderData || undefined}>
        <div className={css.column}>
          <Section title={words.leaks.title} under={words.leaks.under} flush><Leaks leaks={home.leaks} /></Section>
        </div>
        <div className={css.aside}>
          <NeedsYou home={home} />
          <ReadinessList readiness={home.readiness} />
        </div>
        <div className={css.wide}>
          <Kpis kpis={home.kpis} />
          <Days home={home} />
        </div>
      </div>
    </>
  )
}
