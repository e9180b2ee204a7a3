// The collector for a shop's pages.
//
//   <script async src="https://almanac.example/almanac.js" data-key="alm_w_…"></script>
//
// It sends page views by itself (data-pages="off": not), and what the page tells it: almanac.track('Quiz Taken', {…}),
// almanac.productViewed({sku: 'mug'}), almanac.identify('customer-7'), almanac.consent({analytics: true}). With
// data-consent="ask" nothing is sent or stored before the visitor has agreed to analytics. Calls made before the script
// has come wait in an array: (window.almanac ||= []).push(['track', 'Quiz Taken']).
// <almanac-recommend placement="home"></almanac-recommend> is a list of products; see recommend.ts.
import { newId, type Consent, type Message, type Values } from './message'
import { Queue } from './queue'
import { define } from './recommend'
import { context, visitor } from './visitor'

const commerce = 'Products Searched|Product List Viewed|Product List Filtered|Promotion Viewed|Promotion Clicked|Product Clicked|Product Viewed|' +
  'Product Added|Product Removed|Product Compared|Cart Viewed|Checkout Started|Checkout Step Viewed|Checkout Step Completed|Payment Info Entered|' +
  'Order Updated|Order Completed|Order Refunded|Order Cancelled|Coupon Entered|Coupon Applied|Coupon Denied|Coupon Removed|' +
  'Product Added to Wishlist|Product Removed from Wishlist|Wishlist Product Added to Cart|Product Shared|Cart Shared|Product Reviewed'

type Call = (...args: never[]) => void
type Early = [string, ...never[]]

const script = document.currentScript as HTMLScriptElement | null
const settings = script?.dataset ?? {}
const waiting = 50 // events that are held until the visitor has decided

function start(key: string, host: string): void {
  const queue = new Queue({ key, host })
  const ask = settings['consent'] === 'ask'
  let held: Message[] = []

  const allowed = () => visitor.consent?.['analytics'] ?? (ask ? undefined : true)

  function send(type: string, more: Partial<Message>): void {
    const yes = allowed()
    if (yes === false) return
    const timestamp = new Date().toISOString()
    if (yes) {
      const userId = visitor.customer
      queue.add({ type, messageId: newId(), timestamp, anonymousId: visitor.id(), ...(userId && { userId }), ...more, context: context(visitor.consent) })
    } else if (held.length < waiting) { // not decided: kept in this page only, without any id
      held.push({ type, messageId: newId(), timestamp, anonymousId: '', ...more, context: { page: { url: location.href, path: location.pathname, referrer: document.referrer, title: document.title } } })
    }
  }

  const track = (event: string, properties: Values = {}) => send('track', { event, properties })
  let shown = ''
  const page = (name?: string, properties: Values = {}) => {
    shown = location.pathname + location.search
    send('page', { ...(name && { name }), properties })
  }

  const api: Record<string, Call> = {
    track, page,
    identify(userId: string, traits: Values = {}) {
      if (allowed()) visitor.customer = userId
      send('identify', { userId, traits })
    },
    group: (groupId: string, traits: Values = {}) => send('group', { groupId, traits }),
    alias: (userId: string, previousId = visitor.id()) => send('alias', { userId, previousId }),
    consent(choice: Consent) {
      const before = allowed()
      visitor.consent = { ...visitor.consent, ...choice }
      if (allowed() === false) {
        held = []
        queue.clear()
        // Who agreed before and takes it back is told to the server once; of others it never hears.
        if (before) withdraw()
        visitor.forget()
        return
      }
      for (const m of held) {
        if (m.type === 'identify') visitor.customer = m.userId
        queue.add({ ...m, anonymousId: visitor.id(), context: { ...context(visitor.consent), ...m.context } })
      }
      held = []
      track('Consent Preference Updated')
    },
    reset: () => visitor.forget(),
    flush: () => void queue.flush(),
    push: (call: Early) => api[call[0]]?.(...(call.slice(1) as never[])),
  }
  function withdraw(): void {
    const message: Message = { type: 'track', event: 'Consent Preference Updated', messageId: newId(), timestamp: new Date().toISOString(), anonymousId: visitor.id(), context: context(visitor.consent) }
    navigator.sendBeacon(`${host}/v1/batch`, JSON.stringify({ writeKey: key, sentAt: new Date(), batch: [message] }))
  }
  for (const event of commerce.split('|')) {
    const words = event.split(' ').map((w) => w[0]!.toUpperCase() + w.slice(1)).join('')
    api[words[0]!.toLowerCase() + words.slice(1)] = (properties?: Values) => track(event, properties)
  }

  const early = (window as { almanac?: unknown }).almanac
  ;(window as { almanac?: unknown }).almanac = api
  if (settings['pages'] !== 'off') {
    page()
    follow(() => { if (location.pathname + location.search !== shown) page() })
  }
  define({ key, host, track, visitor: () => (allowed() ? visitor.id() : undefined) })
  if (Array.isArray(early)) for (const call of early as Early[]) api['push']!(call as never)
}

/** Calls back when the address changes without a new page, as in storefronts that are one page. */
function follow(changed: () => void): void {
  const push = history.pushState.bind(history)
  history.pushState = (...args) => {
    push(...args)
    setTimeout(changed) // the page sets its title after its address
  }
  addEventListener('popstate', changed)
}

if (script && settings['key']) start(settings['key'], settings['host'] ?? new URL(script.src).origin)
