// Who is there: a browser by a random id, a session of half an hour, a customer once they are known, and what they allow.
import { newId, type Consent, type Values } from './message'
import { forget, get, set } from './store'

const pause = 30 * 60_000 // ms without an event end a session

interface Session {
  id: string
  at: number
}

export const visitor = {
  id(): string {
    let id = get<string>('id')
    if (!id) set('id', (id = newId()))
    return id
  },
  session(): string {
    const old = get<Session>('session')
    const now = Date.now()
    const id = old && now - old.at < pause ? old.id : newId()
    set('session', { id, at: now })
    return id
  },
  get customer(): string | undefined {
    return get<string>('user')
  },
  set customer(id: string | undefined) {
    if (id) set('user', id)
    else forget('user')
  },
  get consent(): Consent | undefined {
    return get<Consent>('consent')
  },
  set consent(c: Consent | undefined) {
    set('consent', c)
  },
  forget(): void {
    forget('id', 'user', 'session')
  },
}

/** Whether the browser asks not to sell or share (Global Privacy Control). */
export function gpc(): boolean {
  return Boolean((navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl)
}

/** What every event tells of its circumstances. */
export function context(consent: Consent | undefined): Values {
  const utm: Values = {}
  new URLSearchParams(location.search).forEach((value, name) => {
    if (name.startsWith('utm_')) utm[name === 'utm_campaign' ? 'name' : name.slice(4)] = value
  })
  return {
    library: { name: 'almanac.js' },
    page: { url: location.href, path: location.pathname, referrer: document.referrer, title: document.title },
    locale: navigator.language,
    sessionId: visitor.session(),
    ...(Object.keys(utm).length > 0 && { campaign: utm }),
    ...(consent && { consent: { categoryPreferences: consent } }),
    ...(gpc() && { gpc: true }),
  }
}
