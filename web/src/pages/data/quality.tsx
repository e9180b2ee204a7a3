// What is odd in the data, with counts, examples and what to do.
import { useGet } from '../../api'
import type { Finding } from '../../api'
import type { components } from '../../api/openapi'
import { number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section } from '../../shell'
import { strings } from '../../strings'
import css from './data.module.css'

const words = strings.data.quality

export function Quality() {
  const query = useGet<components['schemas']['Data']>('data', '/data')
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  if (query.data.findings.length === 0) return <EmptyState title={words.none} />
  return <Section title={words.title} under={words.under}><Findings findings={query.data.findings} /></Section>
}

/** Findings as a list; examples fold out. */
export function Findings({ findings }: { findings: Finding[] }) {
  return (
    <ul className={css.findings}>
      {findings.map((f) => (
        <li key={f.code}>
          <p className={css.findingHead}><b>{f.title}</b><span className={css.severity} data-severity={f.severity}>{words.severity[f.severity]}</span><span className="quiet">{words.count(number(f.count), f.what)}</span></p>
          <p>{f.remedy}</p>
          {f.examples.length > 0 && <details><summary>{words.examples}</summary><Examples rows={f.examples} /></details>}
        </li>
      ))}
    </ul>
  )
}

function Examples({ rows }: { rows: Finding['examples'] }) {
  const columns = [...new Set(rows.flatMap((r) => Object.keys(r)))]
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={words.examples}>
      <table className={css.small}>
        <thead><tr>{columns.map((c) => <th key={c} scope="col">{c.replaceAll('_', ' ')}</th>)}</tr></thead>
        <tbody>{rows.map((r, i) => <tr key={i}>{columns.map((c) => <td key={c}>{r[c]}</td>)}</tr>)}</tbody>
      </table>
    </div>
  )
}
