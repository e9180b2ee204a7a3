// The forecast of one product: past, likely range, what makes it so, how good it was, and what was set by hand.
import { Link, useParams } from '@tanstack/react-router'
import { IconChevronLeft } from '@tabler/icons-react'
import { useMemo } from 'react'
import { ApiError, useGet } from '../../api'
import type { DemandProduct } from '../../api'
import { FanChart, Spark, expectedOf } from '../../chart'
import { day, number, percent, range } from '../../format'
import { EmptyState, ErrorState, PageHeader, PageSkeleton, Section } from '../../shell'
import { strings } from '../../strings'
import { ByHand } from './adjust'
import css from './demand.module.css'
import { pickOf, placeName } from './places'
import { ofHundred, signed } from './score'

const words = strings.demand.one

export default function DemandProductPage() {
  const { sku } = useParams({ strict: false })
  const query = useGet<DemandProduct>('demand', `/demand/${encodeURIComponent(sku ?? '')}`, {}, { keep: false })
  const p = query.data
  if (query.error && !p) {
    const missing = query.error instanceof ApiError && query.error.status === 404
    return <><Back /><PageHeader title={sku ?? ''} />{missing ? <EmptyState title={strings.demand.notFound} action={{ label: strings.demand.back, to: '/demand' }}>{query.error.message}</EmptyState> : <ErrorState error={query.error} retry={() => void query.refetch()} />}</>
  }
  if (!p) return <PageSkeleton />
  return (
    <>
      <Back />
      <PageHeader title={p.row.title || p.row.sku} actions={<Link to="/products/$sku" params={{ sku: p.row.sku }}>{strings.demand.product}</Link>}>{[p.row.sku, p.row.category, strings.demand.types[p.row.type]].filter(Boolean).join(' · ')}</PageHeader>
      <div className={css.grid}>
        <div className={css.column}><Fan p={p} /><ByPlace p={p} /><ByHand p={p} /></div>
        <div className={css.column}><Drivers p={p} /><Tested p={p} /></div>
      </div>
    </>
  )
}

function Back() {
  return <Link to="/demand" className={css.back}><IconChevronLeft size={16} stroke={1.75} aria-hidden />{strings.demand.back}</Link>
}

const mostMarks = 5

function Fan({ p }: { p: DemandProduct }) {
  const history = useMemo(() => p.weeks.map((w) => ({ x: w.week, y: w.units })), [p.weeks])
  const markers = useMemo(() => nearest(p.marks, p.today).map((m) => ({ x: m.day, label: m.label })), [p.marks, p.today])
  const lacked = useMemo(() => p.lacked.map((l) => ({ x: l.week, y: l.units })), [p.lacked])
  const others = useMemo(() => {
    const mine = p.means.filter((m) => m.model !== undefined && m.units !== m.model).map((m) => ({ x: m.week, y: m.units }))
    const own = p.own.map((o) => ({ x: o.week, y: o.units }))
    return [...(mine.length > 0 ? [{ name: words.mine, shape: 'diamond' as const, points: mine }] : []), ...(own.length > 0 ? [{ name: words.own, shape: 'triangle' as const, points: own }] : [])]
  }, [p.means, p.own])
  const running = p.weeks.some((w) => w.week === p.forecast[0]?.week)
  const next = p.forecast[running ? 1 : 0]
  const title = next ? words.expected(day(next.week), range(next.p10, expectedOf(next), next.p90, next.p90 < 10 ? 1 : 0)) : words.none
  return (
    <Section title={title} under={words.under}>
      {p.row.missing && <p className={css.warn} role="note"><b>{strings.demand.missing}.</b> {p.row.missing}</p>}
      {(p.weeks.length > 0 || p.forecast.length > 0) && <FanChart history={history} forecast={p.forecast} unit={words.unit} markers={markers} others={others} lacked={lacked} ariaLabel={title} height={320} />}
      {lacked.length > 0 && <p className={css.note}>{p.lacked.some((l) => l.likely) ? words.lackedLikely : words.lackedCounted}</p>}
    </Section>
  )
}

/** The marks around today: what comes first, then what was last. */
function nearest(marks: DemandProduct['marks'], today: string): DemandProduct['marks'] {
  const sorted = [...marks].sort((a, b) => (a.day < b.day ? -1 : 1))
  const coming = sorted.filter((m) => m.day >= today).slice(0, 3)
  return [...sorted.filter((m) => m.day < today).slice(coming.length - mostMarks), ...coming]
}

/** What of the product's demand falls to each place. */
function ByPlace({ p }: { p: DemandProduct }) {
  const first = p.places[0]
  if (!first) return null
  const of = strings.demand.places
  return (
    <Section title={first.share === undefined ? of.byPlace : of.most(percent(first.share, 0), placeName(first))} under={of.byPlaceUnder}>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={of.byPlace}>
        <table className={css.table}>
          <thead><tr><th scope="col">{of.place}</th><th scope="col" className={css.text}>{of.region}</th><th scope="col">{of.trend}</th><th scope="col">{of.week}</th><th scope="col">{of.quarter}</th><th scope="col">{of.share}</th></tr></thead>
          <tbody>
            {p.places.map((at) => (
              <tr key={at.name}>
                <th scope="row"><Link to="/demand" search={{ tab: 'places', ...pickOf({ level: 'place', name: at.name }) } as Record<string, string>}>{placeName(at)}</Link></th>
                <td className={css.text}>{at.region ?? ''}</td><td>{at.trend.length > 1 && <Spark values={at.trend} width={64} />}</td>
                <td>{at.demand_week === undefined ? '–' : number(at.demand_week, 1)}</td><td>{at.quarter === undefined ? '–' : number(at.quarter, at.quarter < 10 ? 1 : 0)}</td><td>{at.share === undefined ? '–' : percent(at.share, 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

function Drivers({ p }: { p: DemandProduct }) {
  if (p.drivers.length === 0) return null
  return (
    <Section title={words.drivers}>
      <dl className={css.drivers}>{p.drivers.map((d) => <div key={`${d.code} ${d.name ?? ''}`}><dt>{d.name ?? words.names[d.code]}{d.value && <span>{d.value}</span>}</dt><dd>{d.text}</dd></div>)}</dl>
    </Section>
  )
}

function Tested({ p }: { p: DemandProduct }) {
  const { row, card } = p
  const title = row.error !== undefined && row.baseline_error !== undefined ? words.testedBetter(ofHundred(row.error), ofHundred(row.baseline_error)) : words.tested
  return (
    <Section title={title} under={p.tested.length === 0 ? words.testedNone : undefined}>
      {p.tested.length > 0 && (
        <div className={css.scroll} tabIndex={0} role="region" aria-label={words.tested}>
          <table className={`${css.table} ${css.tight}`}>
            <thead><tr><th scope="col">{words.week}</th><th scope="col">{words.units}</th><th scope="col">{words.missed}</th><th scope="col">{words.base}</th><th scope="col">{words.bias}</th></tr></thead>
            <tbody>{p.tested.map((t) => <tr key={t.week}><th scope="row" className={css.when}>{day(t.week)}</th><td>{number(t.units)}</td><td>{ofHundred(t.error)}%</td><td>{ofHundred(t.baseline_error)}%</td><td>{signed(t.bias)}</td></tr>)}</tbody>
          </table>
        </div>
      )}
      {card && (
        <>
          <dl className={css.pair}><dt>{words.method}</dt><dd>{card.champion}</dd><dt>{words.baseline}</dt><dd>{card.baseline}</dd><dt>{words.trained}</dt><dd>{day(card.cutoff)}</dd></dl>
          {card.why && <details className={css.why}><summary>{words.why}</summary><p>{card.why}</p></details>}
        </>
      )}
    </Section>
  )
}
