// Setting weeks of a forecast by hand: the effect is shown before, undo is offered after, and every change stays listed.
import { Button, NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { usePost } from '../../api'
import type { Adjust, Adjustment, DemandProduct } from '../../api'
import { addDays, ago, day, dayRange, number } from '../../format'
import { Section, useMay } from '../../shell'
import { strings } from '../../strings'
import { Failure } from '../settings/failure'
import css from './demand.module.css'

const words = strings.demand.adjust
const state = strings.demand.adjustments

export function ByHand({ p }: { p: DemandProduct }) {
  const may = useMay('operator')
  const undo = useUndo()
  return (
    <Section title={words.title} under={may ? words.under : words.may}>
      {may && <Form key={p.row.sku} p={p} onDone={(a) => tell(a, () => undo.mutate(a.id))} />}
      <Failure error={undo.error} />
      {p.adjustments.length > 0 && (
        <div className={css.changes}>
          <h3>{words.list}</h3>
          <ul>
            {p.adjustments.map((a) => (
              <li key={a.id} data-off={!a.in_force || undefined}>
                <div><b>{weeksOf(a)}: {number(a.weeks.reduce((sum, w) => sum + w.units, 0))} {strings.demand.one.unit}</b><span>{a.note} · {a.by}, {ago(a.at)} · {stateOf(a)}</span></div>
                {may && a.in_force && <Button size="compact-sm" variant="default" aria-label={`${words.undo}: ${weeksOf(a)}`} loading={undo.isPending && undo.variables === a.id} onClick={() => undo.mutate(a.id)}>{words.undo}</Button>}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Section>
  )
}

/** Undoes a change by its id. */
export function useUndo() {
  return usePost<string>((id) => `/demand-adjustments/${encodeURIComponent(id)}`, { method: 'DELETE', body: () => undefined, invalidates: ['demand', 'stock', 'audit'] })
}

function tell(a: Adjustment, undo: () => void) {
  const id = `adjusted-${a.id}`
  notifications.show({
    id, withBorder: true, title: words.done, autoClose: 12_000, closeButtonProps: { 'aria-label': strings.shell.close },
    message: <div><p>{words.later}</p><Button size="xs" variant="default" mt={8} onClick={() => { notifications.hide(id); undo() }}>{words.undo}</Button></div>,
  })
}

export function weeksOf(a: Adjustment): string {
  const first = a.weeks[0]
  const last = a.weeks.at(-1)
  return first && last ? dayRange(first.week, addDays(last.week, 6)) : ''
}

export function stateOf(a: Adjustment): string {
  if (a.undone_at) return state.undone(a.undone_by ?? '')
  return a.in_force ? state.inForce(day(a.until)) : state.expired(day(a.until))
}

function Form({ p, onDone }: { p: DemandProduct; onDone: (a: Adjustment) => void }) {
  // The forecast may have been made a while ago: weeks from the running one on can be set, a quarter ahead.
  const running = mondayOf(p.today)
  const weeks = Array.from({ length: 13 }, (_, i) => addDays(running, 7 * i))
  const [from, setFrom] = useState(weeks[1] ?? running)
  const [to, setTo] = useState(weeks[1] ?? running)
  const [units, setUnits] = useState<number | string>('')
  const [note, setNote] = useState('')
  const [until, setUntil] = useState('')
  const set = usePost<Adjust, Adjustment>('/demand-adjustments', { invalidates: ['demand', 'stock', 'audit'] })
  const last = to < from ? from : to
  const chosen = weeks.filter((w) => w >= from && w <= last)
  const end = until || addDays(last, 6)
  const model = p.means.filter((m) => chosen.includes(m.week))
  const options = weeks.map((w) => ({ value: w, label: day(w) }))
  const each = typeof units === 'number' ? units : undefined
  const go = () => {
    if (each === undefined || note.trim() === '') return
    set.mutate({ sku: p.row.sku, note: note.trim(), until: end, weeks: chosen.map((week) => ({ week, units: each })) }, {
      onSuccess: (a) => { setUnits(''); setNote(''); setUntil(''); onDone(a) },
    })
  }
  return (
    <form className={css.form} onSubmit={(e) => { e.preventDefault(); go() }}>
      <NativeSelect label={words.from} data={options} value={from} onChange={(e) => setFrom(e.currentTarget.value)} />
      <NativeSelect label={words.to} data={options.filter((o) => o.value >= from)} value={last} onChange={(e) => setTo(e.currentTarget.value)} />
      <NumberInput label={words.units} value={units} onChange={setUnits} min={0} max={10_000_000} required withAsterisk={false} hideControls />
      <TextInput type="date" label={words.until} value={end} min={p.today} onChange={(e) => setUntil(e.currentTarget.value)} />
      <TextInput className={css.wide} label={words.note} placeholder={words.notePlaceholder} value={note} maxLength={500} onChange={(e) => setNote(e.currentTarget.value)} required withAsterisk={false} />
      {each !== undefined && (
        <p className={`${css.wide} ${css.effect}`} role="status">
          {model.length > 0
            ? words.effect(dayRange(from, addDays(last, 6)), number(each * chosen.length), number(model.reduce((sum, m) => sum + (m.model ?? 0), 0)))
            : words.effectNew(dayRange(from, addDays(last, 6)), number(each * chosen.length))} {words.later}
        </p>
      )}
      <div className={css.wide}><Failure error={set.error} /><Button type="submit" loading={set.isPending}>{words.go}</Button></div>
    </form>
  )
}

function mondayOf(value: string): string {
  const weekday = (new Date(`${value}T00:00:00Z`).getUTCDay() + 6) % 7
  return addDays(value, -weekday)
}
