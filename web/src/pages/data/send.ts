// Sends a file with progress, which fetch cannot tell.
import { ApiError, apiUrl } from '../../api'
import type { FileProposal } from '../../api'
import { words } from './strings'

/** Resolves to how the server would read the file. `progress` is told the share sent, from 0 to 1. */
export function send(file: File, csrf: string, progress: (share: number) => void, signal: AbortSignal): Promise<FileProposal> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', apiUrl('/uploads', { name: file.name }))
    request.setRequestHeader('X-CSRF-Token', csrf)
    request.setRequestHeader('Accept', 'application/json')
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.upload.onprogress = (e) => { if (e.lengthComputable) progress(e.loaded / e.total) }
    request.upload.onload = () => progress(1)
    request.onerror = () => reject(new ApiError(0, { title: words.import.failed, code: 'offline' }))
    request.onload = () => {
      let body: unknown
      try { body = JSON.parse(request.responseText) } catch { body = {} }
      if (request.status >= 200 && request.status < 300) resolve(body as FileProposal)
      else reject(new ApiError(request.status, body as object, request.getResponseHeader('X-Request-Id') ?? undefined))
    }
    signal.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}
