// Writes a rule, and shows what it would change before it is saved.
import { Button, Checkbox, NativeSelect, NumberInput, TagsInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { usePost } from '../../api'
import type { ApiError, Rule, RuleBody } from '../../api'
import { strings } from '../../strings'
import { Failure } from '../settings/failure'
import { Effect } from './effect'
import { PickProducts } from './pick'
import css from './recommendations.module.css'
import { bodyOf } from './rules'

const all = strings.recommendations
const words = all.rules.form
const deeds = ['pin', 'boost', 'bury', 'exclude'] as const

export function RuleForm({ rule, zone, placements, onDone }: { rule?: Rule; zone: string; placements: string[]; onDone: () => void }) {
  const [draft, setDraft] = useState<RuleBody>(rule ? bodyOf(rule) : { name: '', deed: 'boost' })
  const set = (change: Partial<RuleBody>) => setDraft((was) => ({ ...was, ...change }))
  const save = usePost<RuleBody, Rule>(rule ? `/recommendations/rules/${encodeURIComponent(rule.id ?? '')}` : '/recommendations/rules', { method: rule ? 'PUT' : 'POST', invalidates: ['recommendations', 'audit'] })
  const wrong = faults(save.error)
  const pin = draft.deed === 'pin'
  const scaled = draft.deed === 'boost' || draft.deed === 'bury'
  const body = clean(draft)
  return (
    <form className={css.ruleForm} onSubmit={(e) => { e.preventDefault(); save.mutate(body, { onSuccess: onDone }) }}>
      <TextInput label={words.name} description={words.nameHint} inputWrapperOrder={['label', 'input', 'description', 'error']} value={draft.name} maxLength={200} error={wrong('name')} onChange={(e) => set({ name: e.currentTarget.value })} data-autofocus />
      <div className={css.two}>
        <NativeSelect label={words.deed} value={draft.deed} error={wrong('deed')} onChange={(e) => set({ deed: e.currentTarget.value as RuleBody['deed'] })} data={deeds.map((d) => ({ value: d, label: all.rules.deeds[d] ?? d }))} />
        {pin && <NumberInput label={words.position} min={1} max={50} allowDecimal={false} value={draft.position ?? 1} error={wrong('position')} onChange={(v) => set({ position: Number(v) || undefined })} />}
        {scaled && <NumberInput label={words.factor} description={words.factorHint} inputWrapperOrder={['label', 'input', 'description', 'error']} min={1} max={1000} decimalScale={2} suffix=" ×" value={draft.factor ?? 2} error={wrong('factor')} onChange={(v) => set({ factor: Number(v) || undefined })} />}
      </div>
      <PickProducts label={pin ? words.oneSku : words.skus} value={draft.skus ?? []} most={pin ? 1 : 1000} error={wrong('skus')} onChange={(skus) => set({ skus })} />
      {!pin && (
        <div className={css.two}>
          <TagsInput label={words.categories} description={words.categoriesHint} inputWrapperOrder={['label', 'input', 'description', 'error']} acceptValueOnBlur value={draft.categories ?? []} error={wrong('categories')} onChange={(categories) => set({ categories })} />
          <TagsInput label={words.brands} acceptValueOnBlur value={draft.brands ?? []} error={wrong('brands')} onChange={(brands) => set({ brands })} />
        </div>
      )}
      <Checkbox.Group label={words.placements} description={words.placementsHint} value={draft.placements ?? []} error={wrong('placements')} onChange={(v) => set({ placements: v })}>
        <div className={css.checks}>{placements.map((p) => <Checkbox key={p} value={p} label={all.placements[p] ?? p} />)}</div>
      </Checkbox.Group>
      <div className={css.two}>
        <TextInput type="datetime-local" label={words.from} description={words.time(zone)} inputWrapperOrder={['label', 'input', 'description', 'error']} value={draft.from ?? ''} error={wrong('from')} onChange={(e) => set({ from: e.currentTarget.value })} />
        <TextInput type="datetime-local" label={words.until} value={draft.until ?? ''} error={wrong('until')} onChange={(e) => set({ until: e.currentTarget.value })} />
      </div>
      <Effect draft={body} without={rule?.id} placements={placements} />
      <Failure error={save.error} />
      <div className={css.end}>
        <Button variant="default" onClick={onDone}>{strings.shell.cancel}</Button>
        <Button type="submit" loading={save.isPending}>{all.save}</Button>
      </div>
    </form>
  )
}

/** What the server says of a field. */
function faults(error: ApiError | null): (field: string) => string | undefined {
  return (field) => error?.fields.find((f) => f.where === `body.${field}`)?.what
}

/** A rule without what its deed does not have. */
function clean(r: RuleBody): RuleBody {
  const pin = r.deed === 'pin'
  const some = (list?: string[]) => (list && list.length > 0 ? list : undefined)
  return {
    name: r.name.trim(), deed: r.deed, placements: some(r.placements), skus: some(r.skus), categories: pin ? undefined : some(r.categories), brands: pin ? undefined : some(r.brands),
    position: pin ? (r.position ?? 1) : undefined, factor: r.deed === 'boost' || r.deed === 'bury' ? (r.factor ?? 2) : undefined, from: r.from || undefined, until: r.until || undefined,
  }
}
