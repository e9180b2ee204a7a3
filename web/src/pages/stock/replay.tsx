// The shop's own past, lived again: as it ordered, by the rule of thumb, by today's settings, and at other service levels.
import { Button, NativeSelect } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { apiUrl, useGet, usePost } from '../../api'
import type { CurvePoint, JobStarted, PastRow, ReorderReplay, ReplayAsk } from '../../api'
import { day, instant, money, moneyShort, number, percent } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, Tag, useMay, useShop, useUrlState } from '../../shell'
import { strings } from '../../strings'
import { JobProgress } from '../data/job'
import { Failure } from '../settings/failure'
import { Curve } from './curve'
import css from './stock.module.css'

const words = strings.stock.replay
const spans = [90, 180, 365]

export function Replay() {
  const query = useGet<ReorderReplay>('stock', '/reorder-replay')
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={8} />
  const v = query.data
  if (!v.about && !v.job) {
    return (
      <>
        {v.broken_off && <p className={css.lead} role="status">{words.broken}</p>}
        <EmptyState title={words.empty} action={<Begin label={words.go} />}>{words.emptyText}</EmptyState>
      </>
    )
  }
  return (
    <div className={css.stack}>
      {v.job && <Section title={words.running}><JobProgress id={v.job} /></Section>}
      {v.about && <Told v={v} />}
    </div>
  )
}

function Begin({ label }: { label: string }) {
  const [days, setDays] = useState(180)
  const begin = usePost<ReplayAsk, JobStarted>('/reorder-replay', { invalidates: ['stock', 'jobs', 'audit'] })
  if (!useMay('operator')) return <p className={css.lead}>{words.may}</p>
  return (
    <>
      <div className={css.actions}>
        <NativeSelect aria-label={words.days} size="sm" value={days} onChange={(e) => setDays(Number(e.currentTarget.value))} data={spans.map((n) => ({ value: String(n), label: words.daysOf(number(n)) }))} />
        <Button loading={begin.isPending} onClick={() => begin.mutate({ days })}>{label}</Button>
      </div>
      <Failure error={begin.error} />
    </>
  )
}

/** The rows of one group of products: what the URL asks for, else those whose whole past is known, else all. */
function useGroup(items: PastRow[]): PastRow[] {
  const [url] = useUrlState()
  const of = (by: string, group: string) => items.filter((r) => r.by === by && (r.group ?? '') === group)
  const found = [of(url.by ?? '', url.group ?? ''), of('counted', ''), of('all', '')].find((rows) => rows.length > 0)
  return found ?? []
}

function Told({ v }: { v: ReorderReplay }) {
  const shop = useShop()
  const rows = useGroup(v.items)
  const about = v.about!
  const title = useTitle(rows, number(about.days))
  return (
    <>
      {v.broken_off && <p className={css.lead} role="status">{words.broken}</p>}
      {v.changed && <p className={css.lead} role="status">{words.changed}</p>}
      <Section title={title} under={words.under(day(about.from), day(about.to), number(rows[0]?.products), instant(v.made_at, shop.time_zone))} actions={<div className={css.actions}><Tag basis="estimated" /><Button component="a" size="xs" variant="default" href={apiUrl('/reorder-replay', { format: 'csv' })} download>CSV</Button></div>}>
        <Groups items={v.items} rows={rows} />
        <Ways rows={rows} />
      </Section>
      <Points rows={rows} v={v} />
      <Section title={words.how} actions={v.job ? undefined : <Begin label={words.again} />}><Basis v={v} real={rows.some((r) => r.policy === 'real')} /></Section>
    </>
  )
}

function useTitle(rows: PastRow[], days: string): string {
  const shop = useShop()
  const now = rows.find((r) => r.policy === 'settings')
  const real = rows.find((r) => r.policy === 'real')
  const against = real ?? rows.find((r) => r.policy === 'thumb')
  if (!now || !against) return words.empty
  const less = against.total_minor - now.total_minor
  const say = real ? (less >= 0 ? words.better : words.worse) : less >= 0 ? words.betterThumb : words.worseThumb
  return say(days, moneyShort(now.total_minor, shop), moneyShort(Math.abs(less), shop))
}

function Groups({ items, rows }: { items: PastRow[]; rows: PastRow[] }) {
  const [, setUrl] = useUrlState()
  const groups = items.filter((r) => r.policy === 'settings')
  const named = (by: string) => groups.filter((r) => r.by === by).map((r) => ({ value: `${by}:${r.group ?? ''}`, label: `${r.group ?? ''} (${number(r.products)})` }))
  const whole = groups.filter((r) => r.by === 'all' || r.by === 'counted').map((r) => ({ value: `${r.by}:`, label: (r.by === 'all' ? words.all : words.counted)(number(r.products)) }))
  const pick = (value: string) => {
    const cut = value.indexOf(':')
    setUrl({ by: value.slice(0, cut), group: value.slice(cut + 1) })
  }
  const data = [...whole, { group: words.suppliers, items: named('supplier') }, { group: words.categories, items: named('category') }].filter((o) => !('items' in o) || o.items.length > 0)
  return <NativeSelect className={css.pick} label={words.group} size="sm" value={`${rows[0]?.by}:${rows[0]?.group ?? ''}`} onChange={(e) => pick(e.currentTarget.value)} data={data} />
}

const nameOf = (r: PastRow) => (r.policy === 'level' ? words.level(percent(r.service, 0)) : words.policies[r.policy])

function Ways({ rows }: { rows: PastRow[] }) {
  const shop = useShop()
  const { columns, hints } = words
  const short = (v: number) => money(v, shop, { short: true })
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={words.table}>
      <table className={`${css.table} ${css.ways}`}>
        <thead><tr><th scope="col">{columns.policy}</th>{(['total', 'served', 'empty', 'lost', 'holding', 'ordering', 'turns'] as const).map((c) => <th key={c} scope="col" title={c === 'total' ? undefined : hints[c]}>{columns[c]}</th>)}</tr></thead>
        <tbody>
          {rows.map((r) => (
            <tr key={`${r.policy}/${r.service ?? ''}`} data-now={r.policy === 'settings' || undefined}>
              <th scope="row">{nameOf(r)}{words.policyHints[r.policy] && <span>{words.policyHints[r.policy]}</span>}</th>
              <td>{short(r.total_minor)}</td><td>{percent(r.served)}</td><td>{number(r.stockout_days)}<span>{words.share(percent(r.stockout_days / Math.max(1, r.product_days)))}</span></td>
              <td>{short(r.lost_minor)}</td><td>{short(r.holding_minor)}</td><td>{short(r.ordering_minor)}</td><td>{number(r.turns, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Points({ rows, v }: { rows: PastRow[]; v: ReorderReplay }) {
  const own = v.about!.settings.service_level
  const levels = rows.filter((r) => r.policy === 'level' || r.policy === 'settings').sort((a, b) => a.served - b.served)
  const least = Math.min(...levels.map((r) => r.total_minor))
  const points: CurvePoint[] = levels.map((r) => ({
    service: r.service ?? own, fill: r.served, lost_minor: r.lost_minor, holding_minor: r.holding_minor, ordering_minor: r.ordering_minor, total_minor: r.total_minor, stock_minor: r.stock_minor,
    today: r.policy === 'settings', best: r.total_minor === least,
  }))
  if (points.length < 3) return null
  return <Section title={words.curve} under={words.curveUnder}><Curve points={points} title={words.curve} over={words.over(number(v.about!.days))} /></Section>
}

function Basis({ v, real }: { v: ReorderReplay; real: boolean }) {
  const a = v.about!
  const lines = [
    words.warm(number(a.warm_up_days), number(a.fits)), a.recovered_units > 0 && words.recovered(number(a.recovered_units)), a.unwatched > 0 && words.unwatched(number(a.unwatched)), !real && words.noReal,
    a.costs_today > 0 && words.costs(number(a.costs_today)), a.lead_quoted > 0 && words.leads(number(a.lead_quoted)), a.settings.order_cost_minor === 0 && words.noOrderCost, words.rounds,
    a.left_out.length > 0 && `${words.leftOut} ${a.left_out.map((l) => `${words.reasons[l.why]} ${number(l.products)}`).join(', ')}.`,
  ].filter((l): l is string => Boolean(l))
  const lacks = (why: string) => a.left_out.some((l) => l.why === why)
  return (
    <>
      <ul className={css.notes}>{lines.map((l) => <li key={l}>{l}</li>)}</ul>
      {lacks('no_cost') && <p className={css.lead}><Link to="/data/{-$tab}" params={{ tab: 'import' }} search={{ kind: 'costs' }}>{words.addCosts}</Link></p>}
      {lacks('no_lead_time') && <p className={css.lead}><Link to="/data/{-$tab}" params={{ tab: 'import' }} search={{ kind: 'supply' }}>{words.addLeads}</Link></p>}
    </>
  )
}
