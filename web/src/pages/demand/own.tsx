// The forecast that the shop makes itself, held week by week against what was sold, beside the model's.
import { Button, FileButton, Modal } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { apiUrl, call, useGet, usePost } from '../../api'
import type { ApiError, OwnForecast, OwnImport, OwnWeek } from '../../api'
import { Lines } from '../../chart'
import { day, moneyShort, number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useMay, useShop } from '../../shell'
import { strings } from '../../strings'
import { JobProgress } from '../data/job'
import { Failure } from '../settings/failure'
import css from './demand.module.css'
import { ofHundred } from './score'

const words = strings.demand.own

export function Own() {
  const query = useGet<OwnForecast>('demand', '/demand-own')
  const bring = useBring()
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={8} />
  const v = query.data
  const told = <><Failure error={bring.error} />{bring.data && <Told v={bring.data} />}</>
  if (v.items.length === 0) return <>{told}<EmptyState title={words.empty} action={<Choose label={words.choose} bring={bring} />}>{words.emptyText}</EmptyState></>
  const { score } = v
  return (
    <div className={css.stack}>
      <Section title={score.weeks > 0 ? words.better(ofHundred(score.error), ofHundred(score.model_error)) : words.waiting} under={words.notes} actions={<div className={css.buttons}><Choose label={words.again} bring={bring} /><Forget /></div>}>
        {told}
        <Score v={v} />
        <Chart items={v.items} />
      </Section>
      <Weeks items={v.items} />
    </div>
  )
}

type Bring = ReturnType<typeof useBring>

function useBring() {
  const client = useQueryClient()
  return useMutation<OwnImport, ApiError, File>({
    mutationFn: (file) => call<OwnImport>('/demand-own', { method: 'POST', params: { name: file.name }, body: new Blob([file], { type: 'application/octet-stream' }) }),
    onSuccess: () => Promise.all(['demand', 'audit'].map((topic) => client.invalidateQueries({ queryKey: [topic] }))),
  })
}

function Choose({ label, bring }: { label: string; bring: Bring }) {
  if (!useMay('operator')) return null
  return <FileButton onChange={(file) => { if (file) bring.mutate(file) }} accept=".csv,.txt,.tsv,.gz,.jsonl,.parquet">{(props) => <Button {...props} loading={bring.isPending}>{label}</Button>}</FileButton>
}

function Told({ v }: { v: OwnImport }) {
  return (
    <div className={css.told} role="status">
      <p>{words.taken(number(v.products), day(v.from), day(v.to))}</p>
      {v.refused > 0 && <p>{words.refused(number(v.refused), number(v.rows))}</p>}
      {v.faults.length > 0 && <ul className={css.list}>{v.faults.map((f) => <li key={f}>{f}</li>)}</ul>}
      {v.job && <><p>{words.comparing}</p><JobProgress id={v.job} /></>}
    </div>
  )
}

function Score({ v }: { v: OwnForecast }) {
  const shop = useShop()
  const { score } = v
  const hindsight = v.items.reduce((n, w) => n + w.hindsight, 0)
  return (
    <>
      {score.weeks > 0 && <p>{words.score(number(score.weeks), number(score.better), number(score.model_better))} {score.priced > 0 && words.value(moneyShort(score.value_minor, shop), moneyShort(score.model_value_minor, shop))}</p>}
      <p className={css.lead}>{[hindsight > 0 && words.hindsight(number(hindsight)), v.unknown > 0 && words.unknown(number(v.unknown)), v.unscored > 0 && words.unscored(number(v.unscored))].filter(Boolean).join(' ')}</p>
    </>
  )
}

const share = (v: number) => `${number(v * 100)}%`

function Chart({ items }: { items: OwnWeek[] }) {
  const over = useMemo(() => items.filter((w) => w.error !== undefined).reverse(), [items])
  const weeks = useMemo(() => over.map((w) => w.week), [over])
  const lines = useMemo(() => [{ name: words.it, values: over.map((w) => w.model_error) }, { name: words.you, values: over.map((w) => w.error), against: true }], [over])
  if (over.length < 2) return null
  return <Lines weeks={weeks} lines={lines} text={share} title={words.chart} />
}

function Weeks({ items }: { items: OwnWeek[] }) {
  const shop = useShop()
  return (
    <Section title={words.table} actions={<Button component="a" size="xs" variant="default" href={apiUrl('/demand-own', { format: 'csv' })} download>CSV</Button>}>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={words.table}>
        <table className={css.table}>
          <thead><tr><th scope="col">{words.week}</th><th scope="col">{words.products}</th><th scope="col">{words.expected}</th><th scope="col">{words.model}</th><th scope="col">{words.sold}</th><th scope="col">{words.ownError}</th><th scope="col">{words.modelError}</th><th scope="col">{words.ownValue}</th><th scope="col">{words.modelValue}</th></tr></thead>
          <tbody>
            {items.map((w) => (
              <tr key={w.week}>
                <th scope="row" className={css.when}>{day(w.week)}</th><td>{number(w.products)}</td><td>{number(w.units)}</td><td>{number(w.model)}</td><td>{w.sold === undefined ? words.toCome : number(w.sold)}</td>
                <td>{w.error === undefined ? '–' : share(w.error)}</td><td>{w.model_error === undefined ? '–' : share(w.model_error)}</td><td>{moneyShort(w.value_minor, shop)}</td><td>{moneyShort(w.model_minor, shop)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

function Forget() {
  const [opened, dialog] = useDisclosure(false)
  const forget = usePost<void>('/demand-own', { method: 'DELETE', body: () => undefined, invalidates: ['demand', 'audit'] })
  if (!useMay('operator')) return null
  return (
    <>
      <Button variant="default" onClick={dialog.open}>{words.forget}</Button>
      <Modal opened={opened} onClose={dialog.close} title={words.forgetTitle} size={440} closeButtonProps={{ 'aria-label': strings.shell.close }}>
        <p>{words.forgetText}</p>
        <Failure error={forget.error} />
        <div className={css.buttons} style={{ marginTop: 16 }}>
          <Button color="red.9" loading={forget.isPending} onClick={() => forget.mutate(undefined, { onSuccess: dialog.close })}>{words.forgetGo}</Button>
          <Button variant="default" onClick={dialog.close}>{strings.shell.cancel}</Button>
        </div>
      </Modal>
    </>
  )
}
