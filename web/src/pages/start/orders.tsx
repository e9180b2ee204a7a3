// The orders worth most, by supplier, with cost and lead time to correct in place.
import { Button, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useGet, usePost } from '../../api'
import type { Decision, DecisionList, DecisionSummary, TermsChange } from '../../api'
import { major, minorOf, money, moneyRange, number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useMay, useShop } from '../../shell'
import { strings } from '../../strings'
import { groupsOf } from '../decisions/groups'
import css from './start.module.css'

const words = strings.start.orders

export function Orders() {
  const query = useGet<DecisionList>('decisions', '/decisions', { programme: 'reorder', status: 'proposed', sort: '-value', limit: 20 })
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  if (query.data.items.length === 0) return <EmptyState title={words.none} action={{ label: words.noneAction, to: '/start/files' }}>{words.noneText}</EmptyState>
  return (
    <Section title={words.title} under={words.under} actions={<Link to="/decisions/{-$id}">{words.review}</Link>}>
      {groupsOf(query.data.items, words.supplier).map((g) => (
        <section key={g.name} className={css.supplier}>
          <h3 className={css.part}>{g.name}</h3>
          <ul>{g.items.map((d) => <Order key={d.id} d={d} />)}</ul>
        </section>
      ))}
    </Section>
  )
}

function Order({ d }: { d: DecisionSummary }) {
  const shop = useShop()
  const query = useGet<Decision>('decisions', `/decisions/${encodeURIComponent(d.id)}`)
  const r = query.data?.reorder
  return (
    <li className={css.line}>
      <div>
        <p><Link to="/decisions/{-$id}" params={{ id: d.id }}>{d.title}</Link></p>
        <p className="quiet small">{r ? words.toSupplier(words.units(number(r.units)), r.order_cost_minor === undefined ? '–' : money(r.order_cost_minor, shop)) : d.action}</p>
        <p className="quiet small">{words.worth}: {moneyRange(d.p10_minor, d.p50_minor, d.p90_minor, shop)}</p>
      </div>
      {r && <Terms key={`${r.unit_cost_minor} ${r.lead_days}`} sku={d.subject} cost={r.unit_cost_minor} lead={r.lead_days} />}
    </li>
  )
}

function Terms({ sku, cost, lead }: { sku: string; cost?: number; lead: number }) {
  const shop = useShop()
  const may = useMay('operator')
  const was = { cost: cost === undefined ? '' : major(cost, shop).toFixed(shop.currency_exponent), lead: String(lead) }
  const [text, setText] = useState(was)
  const save = usePost<TermsChange, void>(`/products/${encodeURIComponent(sku)}/terms`, { method: 'PUT', invalidates: ['decisions', 'home', 'products'] })
  const minor = minorOf(text.cost, shop.currency_exponent)
  const badCost = text.cost.trim() !== '' && (minor === undefined || minor < 0)
  const days = Number(text.lead)
  const badLead = !/^\d{1,3}$/.test(text.lead.trim()) || days > 730
  const changed = text.cost !== was.cost || text.lead !== was.lead
  const submit = () => save.mutate({ ...(text.cost !== was.cost && minor !== undefined ? { cost_minor: minor } : {}), ...(text.lead !== was.lead ? { lead_days: days } : {}) })
  return (
    <form className={css.terms} aria-label={sku} onSubmit={(e) => { e.preventDefault(); if (changed && !badCost && !badLead) submit() }}>
      <TextInput size="xs" label={words.cost(shop.currency)} inputMode="decimal" value={text.cost} disabled={!may} onChange={(e) => setText({ ...text, cost: e.currentTarget.value })} error={badCost && words.badCost} />
      <TextInput size="xs" label={words.lead} inputMode="numeric" value={text.lead} disabled={!may} onChange={(e) => setText({ ...text, lead: e.currentTarget.value })} error={badLead && words.badLead} />
      <Button size="xs" type="submit" variant="default" disabled={!changed || badCost || badLead} loading={save.isPending}>{words.save}</Button>
      <p role="status" className="small">{save.isSuccess && !changed ? words.saved : ''}</p>
      {save.error && <ErrorState error={save.error} />}
    </form>
  )
}
