// Keeps the screen true while facts arrive: the server names the topics that changed, and what depends on them is read again.
// Changes are gathered for a second, so that a busy import does not make the page flicker under the pointer.
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { apiUrl } from '../api'
import type { Job } from '../api'

const gather = 1000
const retryAfter = 10_000

/** Listens for the shop's events. Answers false while the connection is lost. */
export function useLive(shop: string): boolean {
  const client = useQueryClient()
  const [connected, setConnected] = useState(true)
  useEffect(() => {
    let stream: EventSource
    let timer: ReturnType<typeof setTimeout> | undefined
    let retry: ReturnType<typeof setTimeout> | undefined
    let lost = false
    const topics = new Set<string>()
    const flush = () => {
      timer = undefined
      for (const topic of topics) void client.invalidateQueries({ queryKey: [topic] })
      topics.clear()
    }
    const open = () => {
      stream = new EventSource(apiUrl('/events'))
      stream.onopen = () => {
        setConnected(true)
        if (lost) void client.invalidateQueries()
        lost = false
      }
      stream.onerror = () => {
        lost = true
        setConnected(false)
        if (stream.readyState === EventSource.CLOSED) retry = setTimeout(open, retryAfter)
      }
      stream.addEventListener('changed', (event) => {
        const told = read<{ topics?: string[] }>(event)
        for (const topic of told?.topics ?? []) topics.add(topic)
        timer ??= setTimeout(flush, gather)
      })
      stream.addEventListener('job', (event) => {
        const job = read<Job>(event)
        if (!job) return
        client.setQueriesData({ queryKey: ['jobs', shop, `/jobs/${job.id}`] }, job)
        void client.invalidateQueries({ queryKey: ['jobs', shop, '/jobs'] })
      })
    }
    open()
    return () => {
      stream.close()
      clearTimeout(timer)
      clearTimeout(retry)
    }
  }, [client, shop])
  return connected
}

function read<T>(event: MessageEvent<string>): T | undefined {
  try {
    return JSON.parse(event.data) as T
  } catch {
    return undefined
  }
}
