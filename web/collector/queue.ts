// Events wait in first-party storage until the server has answered that they are on its disk. So they outlive pages,
// lost networks and servers that are away. The server counts an event once, by its messageId, however often it comes.
import type { Message, Target } from './message'
import { forget, get, set } from './store'

const most = 500 // events; of more the oldest go, and are counted
const fits = 60_000 // bytes of one request: browsers send up to 64 KB while a page closes
const soon = 1_000 // ms between an event and its request, so that several go together
const longest = 300_000 // ms between attempts

export class Queue {
  private timer: ReturnType<typeof setTimeout> | undefined
  private failures = 0
  private notBefore = 0
  private sending = false

  constructor(private readonly to: Target) {
    addEventListener('online', () => this.retry())
    addEventListener('pagehide', () => this.leave())
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.leave()
    })
    if (this.all().length > 0) this.plan(soon)
  }

  add(message: Message): void {
    const all = [...this.all(), message]
    if (all.length > most) set('lost', (get<number>('lost') ?? 0) + all.length - most)
    set('queue', all.slice(-most))
    this.plan(soon)
  }

  /** Sends what waits, one request after the other. */
  async flush(): Promise<void> {
    if (this.sending || navigator.onLine === false) return
    const wait = this.notBefore - Date.now()
    if (wait > 0) return this.plan(wait)
    this.sending = true
    try {
      for (let batch = this.batch(); batch.length > 0; batch = this.batch()) {
        if (!(await this.send(batch))) break
      }
    } finally {
      this.sending = false
    }
  }

  clear(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    forget('queue')
  }

  private all(): Message[] {
    const all = get<Message[]>('queue')
    return Array.isArray(all) ? all : []
  }

  private batch(): Message[] {
    const out: Message[] = []
    let size = 100
    for (const message of this.all()) {
      size += new Blob([JSON.stringify(message)]).size + 1
      if (size > fits && out.length > 0) break
      out.push(message)
    }
    return out
  }

  private body(batch: Message[]): string {
    return JSON.stringify({ writeKey: this.to.key, sentAt: new Date(), batch })
  }

  /** Answers whether to go on with the next batch. */
  private async send(batch: Message[]): Promise<boolean> {
    let status = 0
    let after = 0
    try {
      // Text needs no preflight: one round trip less for pages of another origin.
      const answer = await fetch(`${this.to.host}/v1/batch`, {
        method: 'POST', body: this.body(batch), headers: { 'Content-Type': 'text/plain' }, credentials: 'omit', keepalive: true,
      })
      status = answer.status
      after = Number(answer.headers.get('Retry-After')) * 1000
    } catch {
      // the network is away: as a server that does not answer
    }
    const again = status === 0 || status === 408 || status === 429 || status >= 500
    if (again) {
      const pause = Math.min(longest, 1000 * 2 ** this.failures++) * (0.5 + Math.random() / 2)
      this.notBefore = Date.now() + Math.max(pause, after || 0)
      this.plan(this.notBefore - Date.now())
      return false
    }
    this.failures = this.notBefore = 0
    this.drop(batch) // taken in, or refused for good: sending it again would not help
    return true
  }

  private drop(batch: Message[]): void {
    const gone = new Set(batch.map((m) => m.messageId))
    const rest = this.all().filter((m) => !gone.has(m.messageId))
    if (rest.length > 0) set('queue', rest)
    else forget('queue')
  }

  private plan(ms: number): void {
    if (this.timer !== undefined) return
    this.timer = setTimeout(() => {
      this.timer = undefined
      void this.flush()
    }, ms)
  }

  private retry(): void {
    this.notBefore = this.failures = 0
    void this.flush()
  }

  /** The page may be gone in a moment. Nobody hears the answer, so the events stay for the next page to send again. */
  private leave(): void {
    const batch = this.batch()
    if (batch.length > 0) navigator.sendBeacon(`${this.to.host}/v1/batch`, this.body(batch))
  }
}
