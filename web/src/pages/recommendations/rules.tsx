// The shop's rules: what they do, about what, where and when; added, changed and removed here.
import { Button, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useGet, usePost } from '../../api'
import type { OnSite, Rule, RuleBody, RuleList } from '../../api'
import { day, number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useMay } from '../../shell'
import { strings } from '../../strings'
import { Failure } from '../settings/failure'
import css from './recommendations.module.css'
import { RuleForm } from './rule'

const all = strings.recommendations
const words = all.rules

export function Rules() {
  const may = useMay('approver')
  const query = useGet<RuleList>('recommendations', '/recommendations/rules')
  const stand = useGet<OnSite>('recommendations', '/recommendations')
  const [open, setOpen] = useState<Rule | 'new'>()
  const remove = useRemove()
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  const { items, most, time_zone: zone } = query.data
  const full = items.filter((r) => !r.fixed).length >= most
  return (
    <Section title={words.title} under={may ? words.under : `${words.under} ${words.mayNot}`} actions={may && <Button disabled={full} onClick={() => setOpen('new')}>{words.add}</Button>} flush>
      {full && <p className={css.inset}>{words.full(number(most))}</p>}
      {remove.error && <div className={css.inset}><Failure error={remove.error} /></div>}
      {items.length === 0 ? <EmptyState title={words.none}>{words.noneText}</EmptyState> : (
        <ul className={css.rules}>{items.map((r, i) => <Row key={r.id ?? i} rule={r} may={may} onEdit={() => setOpen(r)} onRemove={() => remove.go(r)} />)}</ul>
      )}
      <Modal opened={open !== undefined} onClose={() => setOpen(undefined)} title={open === 'new' ? words.form.add : words.form.change} size={720} closeOnClickOutside={false} closeButtonProps={{ 'aria-label': strings.shell.close }}>
        {open !== undefined && <RuleForm rule={open === 'new' ? undefined : open} zone={zone} placements={stand.data?.placements.map((p) => p.name) ?? []} onDone={() => setOpen(undefined)} />}
      </Modal>
    </Section>
  )
}

/** What a rule is, as it is sent. */
export function bodyOf(r: Rule): RuleBody {
  const { name, deed, placements, skus, categories, brands, position, factor, from, until } = r
  return { name, deed, placements, skus, categories, brands, position, factor, from, until }
}

/** Removes a rule at once, and offers to bring it back. */
function useRemove() {
  const remove = usePost<string, Rule>((id) => `/recommendations/rules/${encodeURIComponent(id)}`, { method: 'DELETE', body: () => undefined, invalidates: ['recommendations', 'audit'] })
  const add = usePost<RuleBody, Rule>('/recommendations/rules', { invalidates: ['recommendations', 'audit'] })
  const go = (r: Rule) => {
    if (!r.id) return
    remove.mutate(r.id, {
      onSuccess: (was) => {
        const id = `rule-${r.id ?? ''}`
        notifications.show({
          id, withBorder: true, autoClose: 12_000, closeButtonProps: { 'aria-label': strings.shell.close }, title: words.removed(was.name || words.unnamed),
          message: <Button size="xs" variant="default" onClick={() => { notifications.hide(id); add.mutate(bodyOf(was)) }}>{words.undo}</Button>,
        })
      },
    })
  }
  return { go, error: remove.error ?? add.error }
}

function Row({ rule: r, may, onEdit, onRemove }: { rule: Rule; may: boolean; onEdit: () => void; onRemove: () => void }) {
  const name = r.name || words.unnamed
  return (
    <li className={css.rule} data-state={r.state}>
      <div className={css.what}>
        <b>{name}</b>
        <span className={css.reason}>{deedText(r)}: {aboutText(r)}</span>
        <span className="quiet small">{whereText(r)} · {whenText(r)}</span>
      </div>
      <div className={css.standing}>
        <span className={css.tag} data-state={r.state}>{words.states[r.state]}</span>
        <span className="quiet small" data-none={r.reach === 0 || undefined}>{r.reach === 0 ? words.reachNone : words.reach(number(r.reach))}</span>
      </div>
      <div className={css.buttons}>
        {r.fixed ? <span className={css.tag} title={words.fixedText} tabIndex={0}>{words.fixed}</span> : may && (
          <>
            <Button size="xs" variant="default" onClick={onEdit} aria-label={`${all.edit}: ${name}`}>{all.edit}</Button>
            <Button size="xs" variant="subtle" color="gray" onClick={onRemove} aria-label={`${all.remove}: ${name}`}>{all.remove}</Button>
          </>
        )}
      </div>
    </li>
  )
}

function deedText(r: Rule): string {
  if (r.deed === 'pin') return words.pinAt(r.position ?? 1)
  const deed = words.deeds[r.deed] ?? r.deed
  return r.deed === 'exclude' ? deed : `${deed} (${words.times(number(r.factor ?? 2, Number.isInteger(r.factor ?? 2) ? 0 : 1))})`
}

function aboutText(r: Rule): string {
  const names = [...(r.skus ?? []), ...(r.categories ?? []), ...(r.brands ?? [])]
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} … (${number(names.length)})` : names.join(', ')
}

function whereText(r: Rule): string {
  return r.placements && r.placements.length > 0 ? r.placements.map((p) => all.placements[p] ?? p).join(', ') : words.everywhere
}

function whenText(r: Rule): string {
  const at = (t: string) => `${day(t)}${t.endsWith('T00:00') ? '' : `, ${t.slice(11, 16)}`}`
  const parts = [r.from && words.from(at(r.from)), r.until && words.until(at(r.until))].filter(Boolean)
  return parts.length > 0 ? parts.join(' ') : words.always
}
