// The one way the dashboard talks to the server: same-origin JSON, the shop added to every call, the CSRF token on
// every change, and RFC 9457 problem documents turned into ApiError so that pages can show what to do about them.

import { setClock } from '../format'

export type Params = Record<string, string | number | boolean | undefined>

/** A refused or failed call. `id` lets a person quote the failure; `remedy` says what to do. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly remedy?: string
  readonly id?: string
  readonly fields: { where: string; what: string }[]
  constructor(status: number, problem: Problem, id?: string) {
    super(problem.detail || problem.title || `The server answered ${status}.`)
    this.name = 'ApiError'
    this.status = status
    this.code = problem.code ?? (status === 0 ? 'offline' : `http_${status}`)
    this.title = problem.title ?? 'Something went wrong'
    this.remedy = problem.remedy
    this.id = problem.id ?? problem.instance ?? id
    this.fields = (problem.errors ?? []).map((e) => ({ where: e.location ?? '', what: e.message ?? '' }))
  }
}

interface Problem {
  title?: string
  detail?: string
  code?: string
  remedy?: string
  id?: string
  instance?: string
  errors?: { location?: string; message?: string }[]
}

const state = { shop: '', csrf: '' }

/** Sets what every following call carries. Called when the session arrives and when the shop is switched. */
export function setRequestContext(next: { shop?: string; csrf?: string }): void {
  if (next.shop !== undefined) state.shop = next.shop
  if (next.csrf !== undefined) state.csrf = next.csrf
}

export function currentShopId(): string {
  return state.shop
}

/** Builds the address of a call: the path, the shop and the parameters that have a value. */
export function apiUrl(path: string, params: Params = {}): string {
  const query = new URLSearchParams()
  if (state.shop) query.set('shop', state.shop)
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== '') query.set(name, String(value))
  }
  const text = query.toString()
  return `/api${path}${text ? `?${text}` : ''}`
}

export interface CallOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  params?: Params
  /** Sent as JSON, unless it is a Blob or FormData, which are sent as they are. */
  body?: unknown
  signal?: AbortSignal
}

/** Calls /api{path}. Answers undefined for 204. Throws ApiError. */
export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
  const method = options.method ?? 'GET'
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET' && state.csrf) headers['X-CSRF-Token'] = state.csrf
  let body: BodyInit | undefined
  if (options.body instanceof FormData || options.body instanceof Blob) {
    body = options.body
  } else if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json'
    body = JSON.stringify(options.body)
  }
  let answer: Response
  try {
    answer = await fetch(apiUrl(path, options.params), { method, headers, body, signal: options.signal, credentials: 'same-origin' })
    setClock(answer.headers.get('x-almanac-now'))
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError(0, {
      title: 'Almanac does not answer',
      detail: 'The server could not be reached.',
      code: 'offline',
      remedy: 'Check that “almanac serve” is running and that you are online, then try again.',
    })
  }
  if (answer.status === 204) return undefined as T
  const text = await answer.text()
  const parsed = parse(text)
  if (!answer.ok) {
    const problem = parsed !== null && typeof parsed === 'object' ? (parsed as Problem) : { detail: text.slice(0, 300) }
    throw new ApiError(answer.status, problem, answer.headers.get('X-Request-Id') ?? undefined)
  }
  if (text !== '' && parsed === null) {
    throw new ApiError(answer.status, {
      title: 'The answer could not be read',
      detail: `GET ${path} did not answer JSON.`,
      code: 'bad_answer',
      remedy: 'Reload the page. If it stays, the dashboard and the server may be of different versions.',
    })
  }
  return parsed as T
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
