// "Look again now": learns from the newest records and proposes anew, with progress until it is done.
import { Button, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconRefresh } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useGet, usePost } from '../../api'
import type { Job } from '../../api'
import { strings } from '../../strings'

const words = strings.decisions

export function RunButton() {
  const [job, setJob] = useState<string>()
  const run = usePost<Record<string, never>, { job: string }>('/decisions/run')
  const start = () => run.mutate({}, {
    onSuccess: (answer) => setJob(answer.job),
    onError: (error) => notifications.show({ color: 'red', title: error.title, message: [error.message, error.remedy].filter(Boolean).join(' '), closeButtonProps: { 'aria-label': strings.shell.close } }),
  })
  return (
    <>
      <Tooltip label={words.runExplain}><Button variant="default" leftSection={<IconRefresh size={16} aria-hidden />} onClick={start} loading={run.isPending || job !== undefined}>{words.run}</Button></Tooltip>
      {job !== undefined && <Watch job={job} onEnd={() => setJob(undefined)} />}
    </>
  )
}

function Watch({ job, onEnd }: { job: string; onEnd: () => void }) {
  const client = useQueryClient()
  const query = useGet<Job>('jobs', `/jobs/${job}`, {}, { refetchInterval: 1000, keep: false })
  const { data, error } = query
  const ended = error !== null || (data !== undefined && data.status !== 'running')
  useEffect(() => {
    if (!ended) return
    const bad = error ?? (data?.status === 'failed' ? data : undefined)
    notifications.show({
      color: bad ? 'red' : 'accent', withBorder: true, title: bad ? words.runFailed : words.ran,
      message: error ? error.message : [data?.error ?? data?.message, data?.remedy].filter(Boolean).join(' '), closeButtonProps: { 'aria-label': strings.shell.close },
    })
    void client.invalidateQueries({ queryKey: ['decisions'] })
    void client.invalidateQueries({ queryKey: ['home'] })
    onEnd()
  }, [ended, data, error, client, onEnd])
  return <span role="status" className="visually-hidden">{data ? `${words.running} ${data.step}` : words.running}</span>
}
