// What lists earned against the holdout, with the likely range, or what it takes to tell.
import { NativeSelect } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useGet } from '../../api'
import type { Lift } from '../../api'
import { money, moneyRange, number, numberShort, percent } from '../../format'
import { ErrorState, PageSkeleton, Section, Tag, useShop, useUrlState } from '../../shell'
import { strings } from '../../strings'
import css from './recommendations.module.css'

const words = strings.recommendations.earned
const spans = [28, 90, 365]

export function Earned() {
  const [url, setUrl] = useUrlState()
  const days = spans.includes(Number(url.days)) ? Number(url.days) : 90
  const query = useGet<Lift>('recommendations', '/recommendations/lift', { days })
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  return (
    <div className={css.stack} aria-busy={query.isPlaceholderData || undefined}>
      <NativeSelect className={css.short} label={words.days} value={String(days)} onChange={(e) => setUrl({ days: e.currentTarget.value })} data={spans.map((n) => ({ value: String(n), label: words.last(n) }))} />
      <Answer lift={query.data} />
      <Sides lift={query.data} />
    </div>
  )
}

function Answer({ lift }: { lift: Lift }) {
  const shop = useShop()
  const c = { ...shop, currency: lift.currency }
  const difference = lift.margin ?? lift.revenue
  return (
    <Section title={title(lift, c)} under={lift.holdout > 0 ? words.heldOut(percent(lift.holdout, 0)) : words.noHoldout}>
      {lift.why && <p className={css.why}>{lift.why}</p>}
      {difference && <dl className={css.ranges}>
        {lift.revenue && <Range label={words.revenue} range={lift.revenue} c={c} />}
        {lift.margin && <Range label={words.margin} range={lift.margin} c={c} />}
      </dl>}
      <ul className={css.says}>
        {lift.needed > 0 && <li>{words.needed(numberShort(lift.needed), percent(lift.worth, 0))}{lift.assumed && <> <Tag basis="assumed" /> <span className="quiet">{words.assumedNeed}</span></>}</li>}
        {lift.detectable !== undefined && <li>{words.detectable(percent(lift.detectable, 0))}</li>}
        {lift.crossed > 0 && <li>{words.crossed(number(lift.crossed))}</li>}
        {lift.left_out > 0 && <li>{words.leftOut(number(lift.left_out))}</li>}
      </ul>
    </Section>
  )
}

type Currency = Parameters<typeof money>[1]

function title(lift: Lift, c: Currency): string {
  const d = lift.margin ?? lift.revenue
  if (!d) return words.nothing
  if (d.low > 0) return words.more(moneyRange(d.low, d.value, d.high, c))
  if (d.high < 0) return words.less(moneyRange(-d.high, -d.value, -d.low, c))
  return words.unsure(moneyRange(d.low, d.value, d.high, c))
}

/** The difference as a line with its middle, on a scale that holds nought. */
function Range({ label, range, c }: { label: string; range: { value: number; low: number; high: number }; c: Currency }) {
  const least = Math.min(0, range.low)
  const width = Math.max(0, range.high) - least || 1
  const at = (v: number) => `${(100 * (v - least)) / width}%`
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <span className={css.line} aria-hidden>
          <i className={css.zero} style={{ left: at(0) }} />
          <i className={css.span} style={{ left: at(range.low), right: `calc(100% - ${at(range.high)})` }} data-loss={range.high < 0 || undefined} />
          <i className={css.dot} style={{ left: at(range.value) }} data-loss={range.high < 0 || undefined} />
        </span>
        <span title={words.rangeHint}>{moneyRange(range.low, range.value, range.high, c)}</span>
      </dd>
    </div>
  )
}

function Sides({ lift }: { lift: Lift }) {
  const shop = useShop()
  const c = { ...shop, currency: lift.currency }
  const { columns } = words
  const rows = [['treatment', lift.treatment], ['control', lift.control]] as const
  return (
    <Section title={words.how} flush>
      <p className={css.inset}>{words.text} {lift.treatment.buyers + lift.control.buyers === 0 ? null : lift.margin_known > 0 ? words.marginKnown(percent(lift.margin_known, 0)) : <>{words.marginNone} <Link to="/data/{-$tab}" params={{ tab: 'import' }} search={{ kind: 'costs' }}>{words.addCosts}</Link></>}</p>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={words.how}>
        <table className={css.table}>
          <thead><tr><th scope="col">{columns.side}</th><th scope="col" data-end>{columns.visitors}</th><th scope="col" data-end>{columns.buyers}</th><th scope="col" data-end>{columns.revenue}</th><th scope="col" data-end>{columns.margin}</th></tr></thead>
          <tbody>
            {rows.map(([side, v]) => (
              <tr key={side}>
                <th scope="row">{words.sides[side]}</th><td data-end>{number(v.visitors)}</td><td data-end>{number(v.buyers)}</td>
                <td data-end>{v.visitors > 0 ? money(Math.round(v.revenue_minor), c) : '–'}</td><td data-end>{v.visitors > 0 && lift.margin_known > 0 ? money(Math.round(v.margin_minor), c) : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}
