// Files in, and what they make possible.
import { Button } from '@mantine/core'
import { useState } from 'react'
import { usePost } from '../../api'
import type { Home, JobStarted } from '../../api'
import { day } from '../../format'
import { ErrorState, Section, SharpenLinks, useMay } from '../../shell'
import { strings } from '../../strings'
import { Import } from '../data/import'
import { JobProgress } from '../data/job'
import css from './start.module.css'

const words = strings.start.files

export function Files({ home }: { home: Home }) {
  const missing = home.readiness.flatMap((r) => r.missing)
  return (
    <>
      <Section title={words.title} under={words.text}><Import /></Section>
      <div className={css.two}>
        <Section title={words.have}>
          <p>{home.coverage ? words.covers(day(home.coverage.from), day(home.coverage.to)) : words.none}</p>
        </Section>
        <Section title={words.missing}>
          {missing.length === 0 ? <p>{words.complete}</p> : <><ul className={css.missing}>{missing.map((m) => <li key={m.file + m.why}>{m.why}</li>)}</ul><SharpenLinks sharpen={missing} label={words.missing} /></>}
        </Section>
      </div>
      {!home.coverage && <Example />}
    </>
  )
}

function Example() {
  const may = useMay('operator')
  const [job, setJob] = useState<string>()
  const start = usePost<void, JobStarted>('/example', { body: () => ({}), invalidates: ['jobs'] })
  if (!may) return null
  return (
    <Section title={words.exampleTitle} under={words.exampleText}>
      {job ? <JobProgress id={job} /> : <Button variant="default" loading={start.isPending} onClick={() => start.mutate(undefined, { onSuccess: (r) => setJob(r.job) })}>{words.example}</Button>}
      {start.error && <ErrorState error={start.error} />}
    </Section>
  )
}
