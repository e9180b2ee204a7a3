// Who buys here, who comes back, and how many of each month's new buyers stay.
import { Link } from '@tanstack/react-router'
import type { CustomerOverview } from '../../api'
import { Heat } from '../../chart'
import type { HeatCell } from '../../chart'
import { day, instant, moneyShort, number, percent } from '../../format'
import { Section, useShop } from '../../shell'
import css from './customers.module.css'
import { segmentName, words } from './strings'

export function Overview({ o }: { o: CustomerOverview }) {
  return (
    <>
      <div className={css.grid}><Segments o={o} /><Repeat o={o} /></div>
      <Cohorts o={o} />
      {o.without_customer.share_of_net > 0 && <p className={css.footnote}>{words.withoutTitle(percent(o.without_customer.share_of_net), number(o.without_customer.lines))}</p>}
    </>
  )
}

function Segments({ o }: { o: CustomerOverview }) {
  const shop = useShop()
  const customers = o.segments.reduce((sum, s) => sum + s.customers, 0)
  const net = o.segments.reduce((sum, s) => sum + Math.max(0, s.net_minor), 0)
  const best = o.segments.reduce((a, b) => (b.net_minor > a.net_minor ? b : a))
  const most = Math.max(...o.segments.flatMap((s) => [s.customers / customers, s.net_minor / net]))
  const bar = (share: number, kind: 'customers' | 'net') => <i className={css.bar} data-kind={kind} style={{ width: `${Math.max(0.5, (Math.max(0, share) / most) * 100)}%` }} aria-hidden />
  return (
    <Section title={words.shareTitle(segmentName(best.segment), percent(best.customers / customers, 0), percent(best.net_minor / net, 0))} under={`${words.segments}: ${words.segmentsShort}`}>
      <ul className={css.segments}>
        {o.segments.map((s) => (
          <li key={s.segment}>
            <Link to="/customers" search={{ segment: s.segment } as Record<string, string>}><b>{segmentName(s.segment)}</b><span>{s.explain}</span></Link>
            <div className={css.shares}>
              {bar(s.customers / customers, 'customers')}<span><b>{number(s.customers)}</b> {words.customersShare.toLowerCase()}, {percent(s.customers / customers, 0)}</span>
              {bar(s.net_minor / net, 'net')}<span><b>{moneyShort(s.net_minor, shop)}</b>, {percent(s.net_minor / net, 0)}</span>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Repeat({ o }: { o: CustomerOverview }) {
  const rates: [number, CustomerOverview['repeat_90'], string][] = [[90, o.repeat_90, words.notYet90], [365, o.repeat_365, words.notYetText]]
  return (
    <Section title={o.repeat_90 ? words.repeatTitle(percent(o.repeat_90.rate, 0)) : words.repeat} under={words.repeatUnder}>
      <dl className={css.rates}>
        {rates.map(([days, r, why]) => (
          <div key={days}>
            <dt>{words.within(days)}</dt>
            <dd>{r ? percent(r.rate) : <span className="quiet">{words.notYet}</span>}</dd>
            <dd className={css.explain}>{r ? words.cohortOf(number(r.cohort_customers), number(r.immature_left_out)) : why}</dd>
          </div>
        ))}
      </dl>
      {o.model && <Model card={o.model} />}
    </Section>
  )
}

function Model({ card }: { card: NonNullable<CustomerOverview['model']> }) {
  const shop = useShop()
  const { champion_score: own, baseline_score: base } = card
  return (
    <div className={css.model}>
      <h3>{words.modelTitle}</h3>
      {own !== undefined && base !== undefined && base > 0 && <p>{own < base ? words.modelText(percent(1 - own / base, 0)) : ''} <span className={css.explain}>{words.modelScore(card.metric, number(own, 3), number(base, 3))}, {words.tested(card.folds)}; {words.trained(instant(card.trained_at, shop.time_zone))}.</span></p>}
      {card.why && <details><summary>{words.why}</summary><p className={css.explain}>{card.why}</p></details>}
    </div>
  )
}

/** The month n months after "2011-11". */
function monthAfter(month: string, n: number): string {
  const [y = 0, m = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(y, m - 1 + n, 1)).toISOString().slice(0, 7)
}

function Cohorts({ o }: { o: CustomerOverview }) {
  if (o.cohorts.length === 0) return null
  const months = Math.max(...o.cohorts.map((c) => c.repeat_by_month.length))
  // The newest month anybody could order in has just begun or is running: its shares still grow.
  const running = o.cohorts.map((c) => monthAfter(c.month, c.repeat_by_month.length)).reduce((a, b) => (b > a ? b : a))
  const most = Math.max(0.01, ...o.cohorts.flatMap((c) => c.repeat_by_month))
  const cell = (month: string, i: number, share: number | undefined): HeatCell | undefined => {
    if (share === undefined) return undefined
    const at = monthAfter(month, i + 1)
    const partial = at === running
    const text = percent(share, 0)
    return { share: partial ? undefined : share / most, text, partial, title: (partial ? words.partialCell : words.cohortCell)(day(`${at}-01`, 'month'), text) }
  }
  const told = o.cohorts.findLast((c) => c.repeat_by_month.length > 1)
  return (
    <Section title={told ? words.cohortTitle(day(`${told.month}-01`, 'month'), percent(told.repeat_by_month[0], 0)) : words.cohorts} under={words.cohortMore}>
      <Heat
        label={words.cohorts} columns={[words.month, words.buyers, ...Array.from({ length: months }, (_, i) => `+${i + 1}`)]}
        rows={o.cohorts.map((c) => ({ key: c.month, head: day(`${c.month}-01`, 'month'), cells: [{ text: number(c.customers) }, ...Array.from({ length: months }, (_, i) => cell(c.month, i, c.repeat_by_month[i]))] }))}
      />
    </Section>
  )
}
