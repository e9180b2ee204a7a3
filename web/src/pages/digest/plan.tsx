// When the digest of this shop is mailed, and to whom.
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { usePost } from '../../api'
import type { Digest, DigestPlan } from '../../api'
import { ErrorState, Section, useMay, useShop } from '../../shell'
import { strings } from '../../strings'
import css from './plan.module.css'

const words = strings.digest.plan
const days: DigestPlan['day'][] = ['off', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

export function Plan({ d }: { d: Digest }) {
  const shop = useShop()
  const may = useMay('admin')
  const [plan, setPlan] = useState({ day: d.mail_day as DigestPlan['day'], hour: d.mail_hour, readers: d.readers.join(', ') })
  const save = usePost<DigestPlan, void>('/digest/plan', { method: 'PUT', invalidates: ['home'] })
  const changed = plan.day !== d.mail_day || plan.hour !== d.mail_hour || plan.readers !== d.readers.join(', ')
  const submit = () => save.mutate({ day: plan.day, hour: plan.hour, readers: plan.readers.split(/[,;\s]+/).filter(Boolean) })
  return (
    <Section title={words.title} under={d.mails ? words.text(shop.time_zone) : words.noMail}>
      <form className={css.plan} onSubmit={(e) => { e.preventDefault(); if (changed) submit() }}>
        <NativeSelect label={words.day} disabled={!may} value={plan.day} onChange={(e) => setPlan({ ...plan, day: e.currentTarget.value as DigestPlan['day'] })} data={days.map((value) => ({ value, label: words.days[value] }))} />
        <NativeSelect label={words.hour} disabled={!may || plan.day === 'off'} value={String(plan.hour)} onChange={(e) => setPlan({ ...plan, hour: Number(e.currentTarget.value) })} data={Array.from({ length: 24 }, (_, h) => ({ value: String(h), label: `${h}:00` }))} />
        <TextInput label={words.readers} description={words.readersText} disabled={!may || plan.day === 'off'} value={plan.readers} onChange={(e) => setPlan({ ...plan, readers: e.currentTarget.value })} />
        <Button type="submit" variant="default" disabled={!may || !changed} loading={save.isPending}>{words.save}</Button>
      </form>
      <p role="status" className="small">{save.isSuccess && !changed ? words.saved : ''}</p>
      {save.error && <ErrorState error={save.error} />}
    </Section>
  )
}
