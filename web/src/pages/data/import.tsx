// Files on their way in: drop, see how each would be read, change it, import, and get an account of every row.
import { Button, Progress } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { call } from '../../api'
import type { FileProposal, Job, JobStarted } from '../../api'
import { bytes } from '../../format'
import { ErrorState, Section, takeFile, useMay, useSigned, useUrlState } from '../../shell'
import { Account } from './account'
import css from './data.module.css'
import { Drop } from './drop'
import { Earlier } from './earlier'
import { OtherJobs } from './job'
import { Proposal } from './proposal'
import { send } from './send'
import { words as all } from './strings'

const words = all.import

interface Upload { key: number; name: string; size: number; share: number; stop: AbortController; proposal?: FileProposal; job?: string; error?: unknown; waiting?: boolean }

export function Import() {
  const may = useMay('operator')
  const { csrf } = useSigned().session
  const client = useQueryClient()
  const [url] = useUrlState()
  const [uploads, setUploads] = useState<Upload[]>([])
  const next = useRef(1)
  const change = (key: number, to: Partial<Upload>) => setUploads((list) => list.map((u) => (u.key === key ? { ...u, ...to } : u)))
  const add = (files: Iterable<File>) => {
    for (const file of files) {
      const key = next.current++
      const stop = new AbortController()
      setUploads((list) => [...list, { key, name: file.name, size: file.size, share: 0, stop }])
      send(file, csrf, (share) => change(key, { share }), stop.signal).then((proposal) => change(key, { proposal }), (error: unknown) => change(key, { error }))
    }
  }
  useEffect(() => {
    const waiting = takeFile()
    if (waiting) add([waiting])
    // A file dropped on Home is handed over once, when this page opens.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])
  const remove = (u: Upload) => {
    u.stop.abort()
    setUploads((list) => list.filter((other) => other.key !== u.key))
    // What was uploaded and not imported is forgotten; where that fails the server forgets it in time.
    if (u.proposal && !u.job) call(`/uploads/${u.proposal.upload}`, { method: 'DELETE' }).catch(() => undefined)
  }
  const start = async (u: Upload) => {
    if (!u.proposal) return undefined
    try {
      const { job } = await call<JobStarted>(`/uploads/${u.proposal.upload}/import`, { method: 'POST', body: {} })
      change(u.key, { job, error: undefined, waiting: false })
      void client.invalidateQueries({ queryKey: ['imports'] })
      return job
    } catch (error) {
      change(u.key, { error, waiting: false })
      return undefined
    }
  }
  // One file of a shop is read at a time; the others wait for it. Orders go first: the first figures come from them.
  const startAll = async (ready: Upload[]) => {
    const list = [...ready].sort((a, b) => Number(b.proposal?.kind === 'orders') - Number(a.proposal?.kind === 'orders'))
    for (const u of list) change(u.key, { waiting: true })
    for (const u of list) {
      const job = await start(u)
      if (job) await over(job)
    }
  }
  // What one file says of the currency answers for those that do not.
  const currency = uploads.find((u) => u.proposal?.currency && u.proposal.currency_basis === 'measured')?.proposal?.currency
  const told = useRef(new Set<number>())
  useEffect(() => {
    for (const u of uploads) {
      if (!currency || told.current.has(u.key) || u.job || !u.proposal?.questions.some((q) => q.code === 'currency')) continue
      told.current.add(u.key)
      call<FileProposal>(`/uploads/${u.proposal.upload}`, { method: 'PUT', body: { currency } }).then((proposal) => change(u.key, { proposal }), (error: unknown) => change(u.key, { error }))
    }
  }, [currency, uploads])
  const ready = uploads.filter((u) => u.proposal?.ready && !u.job && !u.waiting)
  return (
    <div className={css.stack}>
      {may ? <Drop small={uploads.length > 0} wanted={url.kind ? words.wants[url.kind] : undefined} onFiles={add} /> : <p className="quiet">{words.viewer}</p>}
      {ready.length > 1 && <div><Button onClick={() => void startAll(ready)}>{words.every(ready.length)}</Button></div>}
      {uploads.map((u) => {
        if (u.job) return <Account key={u.key} job={u.job} name={u.name} onDone={() => remove(u)} />
        if (u.proposal) return <Proposal key={u.key} proposal={u.proposal} wanted={url.kind} error={u.error} waiting={u.waiting} onChange={(proposal) => change(u.key, { proposal, error: undefined })} onStart={async () => { await start(u) }} onDiscard={() => remove(u)} />
        if (u.error !== undefined) return <Section key={u.key} title={u.name} actions={<Button size="xs" variant="default" onClick={() => remove(u)}>{words.discard}</Button>} flush><ErrorState error={u.error} /></Section>
        return <Sending key={u.key} upload={u} onStop={() => remove(u)} />
      })}
      <OtherJobs shown={uploads.flatMap((u) => u.job ?? [])} />
      <Earlier />
    </div>
  )
}

/** Waits until a job has ended, however it did. */
async function over(job: string): Promise<void> {
  for (;;) {
    const { status } = await call<Job>(`/jobs/${job}`).catch(() => ({ status: 'failed' }))
    if (status !== 'running') return
    await new Promise((done) => setTimeout(done, 400))
  }
}

function Sending({ upload: u, onStop }: { upload: Upload; onStop: () => void }) {
  return (
    <Section title={u.name} under={bytes(u.size)} actions={<Button size="xs" variant="default" onClick={onStop}>{words.stop}</Button>}>
      <div className={css.progress}>
        <p role="status">{u.share < 1 ? words.uploading : words.reading}</p>
        <Progress value={u.share < 1 ? u.share * 100 : 100} animated={u.share >= 1} aria-label={u.share < 1 ? words.uploading : words.reading} />
      </div>
    </Section>
  )
}
