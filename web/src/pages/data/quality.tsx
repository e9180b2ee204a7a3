// What is odd in the data, with counts, examples and what to do.
import { useGet } from '../../api'
import type { Data, Finding } from '../../api'
import { number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section } from '../../shell'
import css from './data.module.css'
import { Examples } from './examples'
import { words as all } from './strings'

const words = all.quality

export function Quality() {
  const query = useGet<Data>('data', '/data')
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  if (query.data.findings.length === 0) return <EmptyState title={words.none}>{words.nothing}</EmptyState>
  return <Section title={words.title} under={words.under}><Findings findings={query.data.findings} /></Section>
}

const weight: Record<Finding['severity'], number> = { error: 0, warning: 1, info: 2 }

/** Findings, the gravest first; examples fold out. */
export function Findings({ findings }: { findings: Finding[] }) {
  const sorted = [...findings].sort((a, b) => weight[a.severity] - weight[b.severity])
  return (
    <ul className={css.findings}>
      {sorted.map((f) => (
        <li key={f.code}>
          <p className={css.findingHead}><b>{f.title}</b><span className={css.severity} data-severity={f.severity}>{words.severity[f.severity]}</span></p>
          <p className={css.findingCount}>{words.count(number(f.count), f.what)}</p>
          <p>{f.remedy}</p>
          {f.examples.length > 0 && <details><summary className={css.summary}>{words.examples} <span className="quiet">({words.examplesOf(number(f.count), f.examples.length)})</span></summary><Examples rows={f.examples} /></details>}
        </li>
      ))}
    </ul>
  )
}
