// Files on their way in: drop, see how each would be read, change it, import, and get an account of every row.
import { Button, Progress } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { ApiError, apiUrl, useGet } from '../../api'
import type { FileProposal, ImportList, ImportReport } from '../../api'
import { ago, number } from '../../format'
import { ErrorState, Section, takeFile, useMay, useSigned, useUrlState } from '../../shell'
import { strings } from '../../strings'
import { DataTable } from '../../table'
import css from './data.module.css'
import { Proposal } from './proposal'

const words = strings.data.import

interface Upload { key: number; name: string; share: number; proposal?: FileProposal; error?: unknown }

export function Import() {
  const may = useMay('operator')
  const { csrf } = useSigned().session
  const [url] = useUrlState()
  const [uploads, setUploads] = useState<Upload[]>([])
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const next = useRef(1)
  const change = (key: number, to: Partial<Upload>) => setUploads((all) => all.map((u) => (u.key === key ? { ...u, ...to } : u)))
  const add = (files: Iterable<File>) => {
    for (const file of files) {
      const key = next.current++
      setUploads((all) => [{ key, name: file.name, share: 0 }, ...all])
      send(file, csrf, (share) => change(key, { share })).then((proposal) => change(key, { proposal }), (error: unknown) => change(key, { error }))
    }
  }
  useEffect(() => {
    const waiting = takeFile()
    if (waiting) add([waiting])
    // A file dropped on Home is handed over once, when this page opens.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])
  const remove = (key: number) => setUploads((all) => all.filter((u) => u.key !== key))
  const wanted = url.kind ? words.wants[url.kind] : undefined
  return (
    <div className={css.stack}>
      {may && (
        <div className={css.drop} data-over={over || undefined}
          onDragOver={(e) => { e.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)}
          onDrop={(e) => { e.preventDefault(); setOver(false); add(e.dataTransfer.files) }}>
          <IconFileImport size={32} stroke={1.4} aria-hidden />
          <p className={css.dropTitle}>{words.drop}</p>
          <Button onClick={() => input.current?.click()}>{words.or}</Button>
          {wanted && <p><b>{words.wanted(wanted)}</b></p>}
          <p className="quiet small">{words.hint}</p>
          <input ref={input} type="file" multiple aria-label={words.or} className="visually-hidden" tabIndex={-1} onChange={(e) => { add(e.currentTarget.files ?? []); e.currentTarget.value = '' }} />
        </div>
      )}
      {uploads.map((u) => (u.error !== undefined
        ? <Section key={u.key} title={u.name} actions={<Button size="xs" variant="default" onClick={() => remove(u.key)}>{words.discard}</Button>}><ErrorState error={u.error} /></Section>
        : u.proposal
          ? <Proposal key={u.key} proposal={u.proposal} wanted={url.kind} onChange={(proposal) => change(u.key, { proposal })} onDiscard={() => remove(u.key)} />
          : <Section key={u.key} title={u.name}><p role="status">{u.share < 1 ? words.uploading : words.reading}</p><Progress value={u.share * 100} animated={u.share >= 1} aria-label={words.uploading} /></Section>))}
      <Earlier />
    </div>
  )
}

/** Sends a file with progress, which fetch cannot tell. Resolves to how the server would read it. */
function send(file: File, csrf: string, progress: (share: number) => void): Promise<FileProposal> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', apiUrl('/uploads', { name: file.name }))
    request.setRequestHeader('X-CSRF-Token', csrf)
    request.setRequestHeader('Accept', 'application/json')
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.upload.onprogress = (e) => { if (e.lengthComputable) progress(e.loaded / e.total) }
    request.upload.onload = () => progress(1)
    request.onerror = () => reject(new ApiError(0, { title: words.failed, code: 'offline' }))
    request.onload = () => {
      let body: unknown
      try { body = JSON.parse(request.responseText) } catch { body = {} }
      if (request.status >= 200 && request.status < 300) resolve(body as FileProposal)
      else reject(new ApiError(request.status, body as object, request.getResponseHeader('X-Request-Id') ?? undefined))
    }
    request.send(file)
  })
}

function Earlier() {
  const query = useGet<ImportList>('imports', '/imports')
  if (!query.data || query.data.items.length === 0) return null
  return (
    <Section title={words.earlier} flush>
      <DataTable<ImportReport> label={words.earlier} rows={query.data.items} keyOf={(r) => r.id} columns={[
        { id: 'name', label: words.earlier, cell: (r) => <span className={css.source}><b>{r.name}</b><span className="quiet small">{r.kind} · {r.source} · {ago(r.started_at)}</span>{r.error && <span className={css.loss}>{r.error} {r.remedy}</span>}</span> },
        { id: 'read', label: strings.data.models.rows, end: true, cell: (r) => number(r.read) },
        { id: 'accepted', label: words.accepted, end: true, cell: (r) => number(r.accepted) },
        { id: 'duplicates', label: words.duplicates, end: true, cell: (r) => number(r.duplicates) },
        { id: 'filtered', label: words.filtered, end: true, cell: (r) => number(r.filtered) },
        { id: 'quarantined', label: words.quarantined, end: true, cell: (r) => number(r.quarantined) },
        { id: 'mapping', label: '', cell: (r) => r.mapping && <details><summary>{words.mappingFile}</summary><pre className={css.raw}>{r.mapping}</pre></details> },
      ]} />
    </Section>
  )
}

