// The form of what is sent: that of Segment's tracking API.

export type Values = Record<string, unknown>
export type Consent = Record<string, boolean>

/** One event. */
export interface Message {
  type: string
  messageId: string
  timestamp: string
  anonymousId: string
  userId?: string
  event?: string
  name?: string
  previousId?: string
  groupId?: string
  properties?: Values
  traits?: Values
  context: Values
}

/** Where events go, and under which key. */
export interface Target {
  host: string
  key: string
}

/** An id that nobody else draws: 128 random bits. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
}
