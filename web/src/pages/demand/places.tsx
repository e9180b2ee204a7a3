// Demand by place and region: a table of all, and the one that was picked with its range, how good its forecasts were, and where it lies.
import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { apiUrl, useGet, usePost } from '../../api'
import type { DemandLevel, DemandPlace, DemandPlaces, PlaceChange } from '../../api'
import { day, number, percent } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useMay, useUrlState } from '../../shell'
import { strings } from '../../strings'
import { Failure } from '../settings/failure'
import { OverTime } from './accuracy'
import css from './demand.module.css'
import { Shown } from './level'
import { biasText, ofHundred, signed } from './score'

const words = strings.demand.places

/** What a place is called: its name, its code, or that none was told. */
export function placeName(p: { name: string; title?: string }): string {
  return p.title || p.name || words.unplaced
}

/** The parameters of the address that pick a place or region. */
export function pickOf(p: Pick<DemandPlace, 'level' | 'name'>): Record<'place' | 'region' | 'unplaced', string | undefined> {
  const place = p.level === 'place'
  return { place: place ? p.name || undefined : undefined, region: place ? undefined : p.name, unplaced: place && !p.name ? 'true' : undefined }
}

export function Places() {
  const [url, setUrl] = useUrlState()
  const query = useGet<DemandPlaces>('demand', '/demand-places')
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={8} />
  const { items, missing, dividing } = query.data
  const largest = [...items].sort((a, b) => (b.quarter ?? 0) - (a.quarter ?? 0)).find((p) => p.level === 'place')
  const picked = items.find((p) => Object.entries(pickOf(p)).every(([name, value]) => url[name] === value)) ?? largest
  if (!picked) return <EmptyState title={words.empty} action={{ label: strings.demand.import, to: '/data/import' }}>{words.emptyText}</EmptyState>
  return (
    <div className={css.stack}>
      {missing && <p className={css.warn} role="note">{missing}</p>}
      <Section title={words.table} under={dividing && words.dividing[dividing]} actions={<Button component="a" size="xs" variant="default" href={apiUrl('/demand-places', { format: 'csv' })} download>CSV</Button>}>
        <div className={css.scroll} tabIndex={0} role="region" aria-label={words.table}>
          <table className={css.table}>
            <thead><tr><th scope="col">{words.place}</th><th scope="col" className={css.text}>{words.region}</th><th scope="col">{words.products}</th><th scope="col">{words.week}</th><th scope="col">{words.quarter}</th><th scope="col">{words.share}</th><th scope="col">{words.error}</th><th scope="col">{words.baseline}</th><th scope="col">{words.bias}</th></tr></thead>
            <tbody>{items.map((p) => <Row key={`${p.level} ${p.name}`} p={p} on={p === picked} pick={() => setUrl(pickOf(p))} />)}</tbody>
          </table>
        </div>
      </Section>
      {!missing && <Picked key={`${picked.level} ${picked.name}`} of={picked} />}
      {picked.level === 'place' && picked.name && <Where key={picked.name} p={picked} />}
    </div>
  )
}

const units = (v: number | undefined) => (v === undefined ? '–' : number(v, v < 10 ? 1 : 0))

function Row({ p, on, pick }: { p: DemandPlace; on: boolean; pick: () => void }) {
  const about = p.level === 'region' ? words.isRegion : [p.title ? p.name : '', p.type, p.country].filter(Boolean).join(' · ')
  return (
    <tr data-on={on || undefined}>
      <th scope="row"><button type="button" className={css.pick} aria-pressed={on} onClick={pick}>{placeName(p)}</button>{about && <span className={css.code}> {about}</span>}</th>
      <td className={css.text}>{p.region ?? ''}</td><td>{number(p.products)}</td><td>{units(p.demand_week)}</td><td>{units(p.quarter)}</td><td>{p.share === undefined ? '–' : percent(p.share, 0)}</td>
      <td>{ofHundred(p.error)}%</td><td>{ofHundred(p.baseline_error)}%</td><td>{signed(p.bias)}</td>
    </tr>
  )
}

function Picked({ of }: { of: DemandPlace }) {
  const query = useGet<DemandLevel>('demand', '/demand-level', pickOf(of))
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={8} />
  if (query.data.missing) return <EmptyState title={strings.demand.level.none}>{query.data.missing}</EmptyState>
  return (
    <>
      <Shown v={query.data} name={placeName(of)} adding={words.adds} search={{ tab: 'products', ...pickOf(of) }} />
      {of.points.length > 0 && (
        <Section title={words.good(placeName(of), ofHundred(of.error), ofHundred(of.baseline_error))} under={words.goodUnder}>
          <OverTime of={of} />
          <p className={css.note}>{strings.demand.accuracy.key} {strings.demand.accuracy.biasNote(biasText(of.bias))}. {words.since(day(of.points[0]?.week ?? ''))}</p>
        </Section>
      )}
    </>
  )
}

/** Where a place lies; people may say so where no file does. */
function Where({ p }: { p: DemandPlace }) {
  const may = useMay('operator')
  const [now, setNow] = useState<PlaceChange>({ name: p.title, region: p.region, country: p.country, type: p.type })
  const save = usePost<PlaceChange>(`/places/${encodeURIComponent(p.name)}`, { method: 'PUT', invalidates: ['demand', 'audit'] })
  const field = (name: keyof PlaceChange) => ({ label: words[name === 'name' ? 'title' : name], value: now[name] ?? '', maxLength: 64, onChange: (e: { currentTarget: { value: string } }) => setNow({ ...now, [name]: e.currentTarget.value }) })
  return (
    <Section title={words.where(placeName(p))} under={may ? words.whereUnder : words.may}>
      {may && (
        <form className={css.form} onSubmit={(e) => { e.preventDefault(); save.mutate(now) }}>
          <TextInput {...field('region')} />
          <TextInput {...field('country')} />
          <TextInput {...field('name')} />
          <TextInput {...field('type')} placeholder={words.typeHint} />
          <div className={css.wide}><Failure error={save.error} /><div className={css.buttons}><Button type="submit" loading={save.isPending}>{words.save}</Button><span role="status">{save.isSuccess && words.saved}</span></div></div>
        </form>
      )}
    </Section>
  )
}
