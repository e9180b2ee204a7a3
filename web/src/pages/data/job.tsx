// How far long work is. The server tells by events; asking now and then covers a lost connection.
import { Button, Progress } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { ApiError, useGet, usePost } from '../../api'
import type { Job, JobList } from '../../api'
import { number } from '../../format'
import { ErrorState, Section } from '../../shell'
import css from './data.module.css'
import { words as all } from './strings'

const words = all.import

export function useJob(id: string | undefined): Job | undefined {
  const client = useQueryClient()
  const running = useRef(true)
  const query = useGet<Job>('jobs', `/jobs/${id ?? ''}`, {}, { enabled: id !== undefined, refetchInterval: 1000, keep: false })
  const status = query.data?.status
  useEffect(() => {
    if (status === undefined || status === 'running' || !running.current) return
    running.current = false
    // Whatever was on the screen may have changed; jobs themselves are over.
    void client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'jobs' })
  }, [status, client])
  return query.data
}

export function JobProgress({ id }: { id: string }) {
  const job = useJob(id)
  const cancel = usePost<undefined>(`/jobs/${id}`, { method: 'DELETE', invalidates: ['jobs'], body: () => undefined })
  if (!job || job.status === 'done') return null
  if (job.status === 'failed') return <ErrorState error={new ApiError(500, { title: words.failed, detail: job.error, remedy: job.remedy, code: 'job_failed', id: job.id })} />
  if (job.status === 'cancelled') return <p role="status">{words.cancelled}</p>
  const known = job.total > 0
  const step = job.step || words.running
  return (
    <div className={css.progress}>
      <p><b>{step}</b> <span className="quiet">{known ? words.elapsed(number(job.done), number(job.total)) : job.done > 0 ? words.rowsSoFar(number(job.done)) : job.message}</span></p>
      <span className="visually-hidden" role="status">{step}</span>
      <Progress value={known ? Math.min(100, (job.done / job.total) * 100) : 100} animated={!known} aria-label={step} />
      <Button variant="default" size="xs" loading={cancel.isPending} onClick={() => cancel.mutate(undefined)}>{words.cancel}</Button>
    </div>
  )
}

/** Work that was started elsewhere or before this page was opened, except what it shows already. */
export function OtherJobs({ shown }: { shown: string[] }) {
  const query = useGet<JobList>('jobs', '/jobs')
  const others = (query.data?.items ?? []).filter((j) => j.status === 'running' && !shown.includes(j.id))
  if (others.length === 0) return null
  return <Section title={words.running}>{others.map((j) => <JobProgress key={j.id} id={j.id} />)}</Section>
}
