// What the shop chooses for reordering: service in all or by class, money, limits, and who orders; beside it service against money.
import { Button, NumberInput, Select, Switch } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { apiUrl, useGet, usePost } from '../../api'
import type { ReorderSettings, ReorderSettingsBody, ServiceCurve } from '../../api'
import { number } from '../../format'
import { ErrorState, PageSkeleton, Section, Tag, useMay, useShop } from '../../shell'
import { strings } from '../../strings'
import { Failure } from '../settings/failure'
import { Curve, useCurveTitle } from './curve'
import { Seasons } from './seasons'
import css from './stock.module.css'

const words = strings.stock.rules

export function Rules() {
  const query = useGet<ReorderSettings>('stock', '/reorder-settings')
  const curve = useGet<ServiceCurve>('stock', '/reorder-curve')
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={8} />
  return (
    <div className={css.stack}>
      {curve.data && <ShopCurve curve={curve.data} />}
      <Form key={JSON.stringify(query.data.settings)} v={query.data} />
    </div>
  )
}

function ShopCurve({ curve }: { curve: ServiceCurve }) {
  const title = useCurveTitle(curve.items)
  return (
    <Section title={title} under={curve.items.length > 0 ? strings.stock.curve.shop(number(curve.products), number(curve.without)) : strings.stock.curve.noneText} actions={<Tag basis="estimated" />}>
      {curve.items.length > 0 && <Curve points={curve.items} title={title} />}
    </Section>
  )
}

function Form({ v }: { v: ReorderSettings }) {
  const shop = useShop()
  const may = useMay('admin')
  const [s, setS] = useState(v.settings)
  const save = usePost<ReorderSettingsBody, ReorderSettings>('/reorder-settings', { method: 'PUT', invalidates: ['stock', 'decisions', 'home', 'audit'] })
  const reset = usePost<undefined, ReorderSettings>('/reorder-settings', { method: 'DELETE', body: () => undefined, invalidates: ['stock', 'decisions', 'home', 'audit'] })
  const set = (change: Partial<ReorderSettingsBody>) => setS({ ...s, ...change })
  const said = () => notifications.show({ message: strings.settings.saved, withBorder: true, closeButtonProps: { 'aria-label': strings.shell.close } })
  const byClass = (name: string, share: number | undefined) => {
    const others = Object.fromEntries(Object.entries(s.by_class ?? {}).filter(([c]) => c !== name))
    set({ by_class: share === undefined ? others : { ...others, [name]: share } })
  }
  const unit = 10 ** shop.currency_exponent
  const amount = (field: 'order_cost_minor' | 'supplier_order_cost_minor' | 'max_order_minor' | 'budget_minor' | 'transfer_cost_minor', label: string, hint: string) => (
    <NumberInput label={label} description={hint} value={s[field] / unit} onChange={(n) => set({ [field]: Math.round(Number(n) * unit) })} min={0} decimalScale={shop.currency_exponent} thousandSeparator="," suffix={` ${shop.currency}`} disabled={!may} />
  )
  const count = (field: 'review_days' | 'cycle_days' | 'default_lead_days' | 'space_litres' | 'transfer_days', label: string, hint: string) => (
    <NumberInput label={label} description={hint} value={s[field]} onChange={(n) => set({ [field]: Math.round(Number(n)) })} min={0} allowDecimal={false} disabled={!may} />
  )
  const share = (field: 'holding_rate' | 'waste' | 'obsolescence' | 'substitution' | 'salvage', label: string, hint: string) => (
    <NumberInput label={label} description={hint} value={Math.round(s[field] * 1000) / 10} onChange={(n) => set({ [field]: Number(n) / 100 })} min={0} decimalScale={1} suffix=" %" disabled={!may} />
  )
  return (
    <Section title={words.title} under={may ? (v.own ? words.own : words.installation) : words.may} actions={<Button component="a" size="xs" variant="default" href={apiUrl('/reorder-points', { format: 'csv' })} download>{words.points}</Button>}>
      <form onSubmit={(e) => { e.preventDefault(); save.mutate(s, { onSuccess: said }) }}>
        <fieldset className={css.fields}>
          <legend>{words.service}</legend>
          <Level label={words.all} hint={words.allHint} value={s.service_level} onChange={(n) => set({ service_level: n ?? 0 })} disabled={!may} />
          {v.classes.filter((c) => c.products > 0 || s.by_class?.[c.class] !== undefined).map((c) => (
            <Level key={c.class} label={`${c.class} · ${strings.stock.orders.lines(number(c.products))}`} hint={c.about} value={s.by_class?.[c.class]} onChange={(n) => byClass(c.class, n)} disabled={!may} optional />
          ))}
        </fieldset>
        <fieldset className={css.fields}>
          <legend>{words.money}</legend>
          {share('holding_rate', words.holding, words.holdingHint)}
          {share('obsolescence', words.ageing, words.ageingHint)}
          {share('substitution', words.substitution, words.substitutionHint)}
          {amount('order_cost_minor', words.orderCost, words.orderCostHint)}
          {amount('supplier_order_cost_minor', words.supplierOrder, words.supplierOrderHint)}
          {amount('budget_minor', words.budget, words.budgetHint)}
          {amount('max_order_minor', words.maxOrder, words.maxOrderHint)}
        </fieldset>
        <fieldset className={css.fields}>
          <legend>{words.goods}</legend>
          {count('review_days', words.review, words.reviewHint)}
          {count('cycle_days', words.cycle, words.cycleHint)}
          {count('default_lead_days', words.lead, words.leadHint)}
          {count('space_litres', words.space, words.spaceHint)}
          {share('waste', words.waste, words.wasteHint)}
        </fieldset>
        <fieldset className={css.fields}>
          <legend>{words.seasons}</legend>
          <p className={css.wide}>{words.seasonsText}</p>
          {share('salvage', words.salvage, words.salvageHint)}
          <Seasons value={s.seasons ?? []} categories={v.categories} onChange={(seasons) => set({ seasons: seasons.length > 0 ? seasons : undefined })} disabled={!may} />
        </fieldset>
        {v.places.length > 1 && (
          <fieldset className={css.fields}>
            <legend>{words.places}</legend>
            <Select label={words.warehouse} description={words.warehouseHint} value={s.warehouse ?? ''} onChange={(w) => set({ warehouse: w || undefined })} data={[{ value: '', label: words.byPurchases }, ...v.places]} disabled={!may} />
            {count('transfer_days', words.transferDays, words.transferDaysHint)}
            {amount('transfer_cost_minor', words.transferCost, words.transferCostHint)}
          </fieldset>
        )}
        <Switch label={words.writeBack} description={words.writeBackHint} checked={s.write_back} onChange={(e) => set({ write_back: e.currentTarget.checked })} disabled={!may} />
        <Failure error={save.error ?? reset.error} />
        {may && (
          <div className={css.buttons}>
            {v.own && <Button variant="default" loading={reset.isPending} onClick={() => reset.mutate(undefined, { onSuccess: said })}>{words.reset}</Button>}
            <Button type="submit" loading={save.isPending}>{strings.settings.save}</Button>
          </div>
        )}
      </form>
    </Section>
  )
}

/** A service level in percent; 0 means from money, and nothing, where that may be, as for all. */
function Level({ label, hint, value, onChange, optional, disabled }: { label: string; hint: string; value: number | undefined; onChange: (share: number | undefined) => void; optional?: boolean; disabled?: boolean }) {
  return (
    <NumberInput
      label={label} description={hint} value={value === undefined ? '' : Math.round(value * 1000) / 10} onChange={(n) => onChange(n === '' ? (optional ? undefined : 0) : Number(n) / 100)}
      placeholder={optional ? words.asAll : words.fromMoney} min={0} max={99.9} decimalScale={1} suffix=" %" disabled={disabled}
    />
  )
}
