// The forecast of the whole shop, of one category or of a place: the sums of its products.
import { NativeSelect } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useGet } from '../../api'
import type { DemandLevel } from '../../api'
import { FanChart, expectedOf } from '../../chart'
import { day, number, range } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useUrlState } from '../../shell'
import { strings } from '../../strings'
import css from './demand.module.css'
import { ofHundred } from './score'

const words = strings.demand.level

export function Level() {
  const [url, setUrl] = useUrlState()
  const query = useGet<DemandLevel>('demand', '/demand-level', { category: url.category })
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={8} />
  const v = query.data
  const pick = (
    <NativeSelect
      aria-label={words.pick} size="sm" value={url.category ?? ''} onChange={(e) => setUrl({ category: e.currentTarget.value || undefined })}
      data={[{ value: '', label: words.whole }, ...v.choices]}
    />
  )
  return (
    <div className={css.stack}>
      {v.missing ? <>{v.choices.length > 0 && pick}<EmptyState title={words.none}>{v.missing}</EmptyState></> : <Shown v={v} pick={pick} name={v.whole ? words.whole : v.category ?? ''} adding={words.adding} search={{ tab: 'products', category: v.category }} />}
    </div>
  )
}

/** A level with its range, its weeks, and a link to its products. */
export function Shown({ v, name, adding, search, pick }: { v: DemandLevel; name: string; adding: Record<string, string>; search: Record<string, string | undefined>; pick?: React.ReactNode }) {
  const history = useMemo(() => v.weeks.map((w) => ({ x: w.week, y: w.units })), [v.weeks])
  const running = v.weeks.some((w) => w.week === v.forecast[0]?.week)
  const next = v.forecast[running ? 1 : 0]
  const title = next ? words.expected(name, day(next.week), range(next.p10, expectedOf(next), next.p90, 0)) : name
  const set = v.means.some((m) => m.units !== m.model)
  return (
    <>
      <Section title={title} under={words.under(number(v.products))} actions={pick}>
        <FanChart history={history} forecast={v.forecast} unit={strings.demand.one.unit} ariaLabel={title} height={320} />
        <p className={css.note}>{v.adding && adding[v.adding]} {v.bulk !== undefined && words.bulk(ofHundred(v.bulk))} {v.adjusted > 0 && words.adjusted(number(v.adjusted))} <Link to="/demand" search={search as Record<string, string>}>{words.products}</Link></p>
        {pick && v.error !== undefined && v.baseline_error !== undefined && <p className={css.note}>{words.tested(ofHundred(v.error), ofHundred(v.baseline_error))}.</p>}
      </Section>
      <Section title={words.weeks}>
        <div className={css.scroll} tabIndex={0} role="region" aria-label={words.weeks}>
          <table className={css.table}>
            <thead><tr><th scope="col">{words.week}</th><th scope="col">{words.model}</th>{set && <th scope="col">{words.mine}</th>}<th scope="col">{words.low}</th><th scope="col">{words.high}</th></tr></thead>
            <tbody>{v.means.map((m, i) => <tr key={m.week}><th scope="row" className={css.when}>{day(m.week)}</th><td>{number(m.model)}</td>{set && <td>{number(m.units)}</td>}<td>{number(v.forecast[i]?.p10)}</td><td>{number(v.forecast[i]?.p90)}</td></tr>)}</tbody>
          </table>
        </div>
      </Section>
    </>
  )
}
