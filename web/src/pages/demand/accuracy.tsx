// How good forecasts were: over time for one category, and each category in one table.
import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import { apiUrl, useGet } from '../../api'
import type { CategoryAccuracy, DemandAccuracy } from '../../api'
import { Lines } from '../../chart'
import { number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section } from '../../shell'
import { strings } from '../../strings'
import css from './demand.module.css'
import { biasText, ofHundred, signed } from './score'

const words = strings.demand.accuracy
const few = 12

export function Accuracy() {
  const query = useGet<DemandAccuracy>('demand', '/demand-accuracy')
  const [picked, setPicked] = useState(0)
  const [all, setAll] = useState(false)
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={8} />
  const { items, missing } = query.data
  const one = items[picked] ?? items[0]
  if (!one) return <EmptyState title={words.missing}>{missing}</EmptyState>
  const name = (c: CategoryAccuracy) => (c === items[0] ? words.whole : c.category || strings.demand.noCategory)
  const shown = all ? items : items.slice(0, few + 1)
  return (
    <div className={css.stack}>
      <Section title={`${one === items[0] ? '' : `${name(one)}: `}${titleOf(one)}`} under={words.under(one.points.length, one.points[0]?.weeks ?? 0)}>
        <OverTime of={one} />
        <p className={css.note}>{words.key} {words.biasNote(biasText(one.bias))}.</p>
      </Section>
      {items.length > 1 && (
        <Section title={words.table} actions={<Button component="a" size="xs" variant="default" href={apiUrl('/demand-accuracy', { format: 'csv' })} download>CSV</Button>}>
          <div className={css.scroll} tabIndex={0} role="region" aria-label={words.table}>
            <table className={css.table}>
              <thead><tr><th scope="col">{words.category}</th><th scope="col">{words.products}</th><th scope="col">{words.units}</th><th scope="col">{words.error}</th><th scope="col">{words.baseline}</th><th scope="col">{words.bias}</th><th scope="col">{words.baselineBias}</th></tr></thead>
              <tbody>
                {shown.map((c, i) => (
                  <tr key={`${i}-${c.category}`} data-on={c === one || undefined}>
                    <th scope="row"><button type="button" className={css.pick} aria-pressed={c === one} onClick={() => setPicked(i)}>{name(c)}</button></th>
                    <td>{number(c.products)}</td><td>{number(c.units)}</td><td>{ofHundred(c.error)}%</td><td>{ofHundred(c.baseline_error)}%</td><td>{signed(c.bias)}</td><td>{signed(c.baseline_bias)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {items.length > shown.length && <p className={css.note}><Button size="compact-sm" variant="subtle" onClick={() => setAll(true)}>{words.more}</Button></p>}
        </Section>
      )}
      <Tried of={query.data} />
    </div>
  )
}

const tried = strings.demand.tried

function Tried({ of }: { of: DemandAccuracy }) {
  if (of.tried.length === 0) return null
  return (
    <Section title={tried.title} under={tried.under}>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={tried.title}>
        <table className={css.table}>
          <thead><tr><th scope="col">{tried.effect}</th><th scope="col">{tried.gain}</th><th scope="col" className={css.text}>{tried.state}</th></tr></thead>
          <tbody>{of.tried.map((t) => <tr key={t.title}><th scope="row">{t.title}</th><td>{tried.percent(number(100 * t.gain, 1))}</td><td className={css.text}>{t.kept ? tried.kept : t.untold ? tried.untold : tried.left}</td></tr>)}</tbody>
        </table>
      </div>
    </Section>
  )
}

function titleOf(c: CategoryAccuracy): string {
  const own = ofHundred(c.error)
  const base = ofHundred(c.baseline_error)
  return own === base ? words.titleSame(own) : words.titleBetter(own, base)
}

const share = (v: number) => `${number(v * 100)}%`

/** The error of forecasts made at each time, beside the baseline's. */
export function OverTime({ of }: { of: Pick<CategoryAccuracy, 'points'> }) {
  const weeks = useMemo(() => of.points.map((p) => p.week), [of])
  const lines = useMemo(() => [
    { name: words.model, values: of.points.map((p) => p.error) },
    { name: words.baseline, values: of.points.map((p) => p.baseline_error), against: true },
  ], [of])
  return <Lines weeks={weeks} lines={lines} text={share} title={words.chart} />
}
