// How far long work is. The server tells by events; asking now and then covers a lost connection.
import { Button, Progress } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useGet, usePost } from '../../api'
import type { Job } from '../../api'
import { ErrorState } from '../../shell'
import { strings } from '../../strings'
import css from './data.module.css'

const words = strings.data.import

export function useJob(id: string | undefined): Job | undefined {
  const client = useQueryClient()
  const query = useGet<Job>('jobs', `/jobs/${id ?? ''}`, {}, { enabled: id !== undefined, refetchInterval: 1000, keep: false })
  const status = query.data?.status
  useEffect(() => {
    if (status === 'done') void client.invalidateQueries()
  }, [status, client])
  return query.data
}

export function JobProgress({ id }: { id: string }) {
  const job = useJob(id)
  const cancel = usePost<undefined>(`/jobs/${id}`, { method: 'DELETE', invalidates: ['jobs'] })
  if (!job || job.status === 'done') return null
  if (job.status === 'failed') return <ErrorState error={new Error(job.error ?? words.failed)} title={words.failed} />
  const share = job.total > 0 ? Math.min(100, (job.done / job.total) * 100) : 100
  return (
    <div className={css.progress} role="status">
      <p><b>{job.step || words.running}</b> <span className="quiet">{job.message}</span></p>
      <Progress value={share} animated={job.total === 0} aria-label={job.step || words.running} />
      <Button variant="default" size="xs" loading={cancel.isPending} onClick={() => cancel.mutate(undefined)}>{words.cancel}</Button>
    </div>
  )
}
