// The shop's name, currency and time zone, and what each programme may do by itself.
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { apiUrl, usePost } from '../../api'
import type { Shop } from '../../api'
import { Section, useMay, useShop } from '../../shell'
import { strings } from '../../strings'
import { Failure } from './failure'
import css from './settings.module.css'

const words = strings.settings.shop

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

export function ShopForm() {
  const shop = useShop()
  const may = useMay('admin')
  const [name, setName] = useState(shop.name)
  const [currency, setCurrency] = useState(shop.currency)
  const [zone, setZone] = useState(shop.time_zone)
  const save = usePost<Partial<Shop>, Shop>('/shop', { method: 'PUT', invalidates: ['session', 'home', 'products', 'customers', 'decisions'] })
  const badCurrency = !/^[A-Z]{3}$/.test(currency)
  const badZone = !isZone(zone)
  const submit = () => save.mutate({ name, currency, time_zone: zone }, { onSuccess: () => notifications.show({ message: strings.settings.saved, withBorder: true, closeButtonProps: { 'aria-label': strings.shell.close } }) })
  return (
    <>
    <Section title={words.title} under={words.under}>
      <form className={css.form} onSubmit={(e) => { e.preventDefault(); if (!badCurrency && !badZone) submit() }}>
        {shop.currency_basis !== 'set' && <p className={css.note}>{shop.currency_basis === 'assumed' ? words.assumed : words.unknown}</p>}
        <TextInput label={words.name} value={name} onChange={(e) => setName(e.currentTarget.value)} required withAsterisk={false} disabled={!may} />
        <TextInput label={words.currency} description={words.currencyHint} value={currency} onChange={(e) => setCurrency(e.currentTarget.value.toUpperCase())} error={currency !== '' && badCurrency && words.badCurrency} maxLength={3} required withAsterisk={false} disabled={!may} />
        <TextInput label={words.zone} description={words.zoneHint} value={zone} onChange={(e) => setZone(e.currentTarget.value)} error={zone !== '' && badZone && words.badZone} list="zones" required withAsterisk={false} disabled={!may} />
        <datalist id="zones">{Intl.supportedValuesOf('timeZone').map((z) => <option key={z} value={z} />)}</datalist>
        <Failure error={save.error} />
        {may ? <Button type="submit" loading={save.isPending}>{strings.settings.save}</Button> : <p className={css.small}>{strings.settings.adminOnly}</p>}
      </form>
    </Section>
    <Modes />
    {may && (
      <Section title={words.everything} under={words.everythingUnder}>
        <p className={css.small}>{words.everythingText}</p>
        <Button component="a" variant="default" href={apiUrl('/export')} download>{words.everythingGet}</Button>
      </Section>
    )}
    </>
  )
}

type Mode = Shop['mode']

/** The mode of a programme: its own, else the shop's, of which auto is meant for orders only. */
const modeOf = (shop: Shop, programme: string) => shop.modes?.[programme] ?? (shop.mode === 'auto' && programme !== 'reorder' ? 'approve' : shop.mode)

function Modes() {
  const shop = useShop()
  const may = useMay('admin')
  const save = usePost<{ modes: Record<string, string> }, Shop>('/shop', { method: 'PUT', invalidates: ['session', 'home', 'decisions'] })
  return (
    <Section title={words.modes} under={words.modesUnder}>
      <div className={css.form}>
        {Object.entries(words.programmes).map(([programme, name]) => (
          <NativeSelect key={programme} label={name} value={modeOf(shop, programme)} disabled={!may || save.isPending}
            data={(Object.keys(words.modeHints) as Mode[]).map((mode) => ({ value: mode, label: words.modeHints[mode] }))}
            onChange={(e) => save.mutate({ modes: { [programme]: e.currentTarget.value } }, { onSuccess: () => notifications.show({ message: strings.settings.saved, withBorder: true, closeButtonProps: { 'aria-label': strings.shell.close } }) })} />
        ))}
        <Failure error={save.error} />
        {!may && <p className={css.small}>{strings.settings.adminOnly}</p>}
      </div>
    </Section>
  )
}
