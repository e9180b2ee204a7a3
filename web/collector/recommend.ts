// <almanac-recommend placement="product" product="MUG-4" n="4" heading="Goes with it"></almanac-recommend>
//
// A list of products where a page puts it. It asks as the collector's visitor, where they allow that; renders cards of
// text, links and images only, says where few are left, and with bundles="Often bought together" offers sets below them; and tells which list came into sight and what was clicked. Where anything fails it shows nothing.
import type { Target, Values } from './message'

interface Item {
  sku: string
  title: string
  url?: string
  image?: string
  price_minor?: number
  currency?: string
  reason: string
  availability?: string
  left?: number
  more_on?: string
}

interface Bundle {
  items: Item[]
  price_minor: number
  currency: string
  reason: string
}

/** What the list needs from the collector. */
export interface Page extends Target {
  /** The visitor's id where they may be known, undefined else. */
  visitor: () => string | undefined
  track: (event: string, properties: Values) => void
}

const patience = 5_000 // ms
const style = `:host{display:block;color:var(--almanac-color,inherit);font:var(--almanac-font,inherit)}:host([hidden]){display:none}
h2{margin:0 0 var(--almanac-gap,16px);font:var(--almanac-heading-font,inherit);font-weight:600}
ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,var(--almanac-card-width,160px)),1fr));gap:var(--almanac-gap,16px);margin:0;padding:0;list-style:none}
li{display:grid}
.card{display:flex;flex-direction:column;gap:4px;padding:var(--almanac-padding,12px);border:1px solid var(--almanac-border,#8884);border-radius:var(--almanac-radius,8px);background:var(--almanac-background,none);color:inherit;text-decoration:none;overflow-wrap:anywhere}
.card:focus-visible{outline:2px solid var(--almanac-accent,currentColor);outline-offset:2px}
a.card:hover .title{text-decoration:underline}
img{width:100%;aspect-ratio:var(--almanac-image-ratio,1);object-fit:contain}
.price,.total{font-variant-numeric:tabular-nums}.stock{font-size:.875em}ul.bundles{display:block}ul.bundles>li+li{margin-top:var(--almanac-gap,16px)}.total{font-weight:600;margin-top:4px}ul.items+.heading{margin-top:var(--almanac-gap,16px)}.reason{font-size:.875em;color:var(--almanac-muted,inherit)}`

/** An element with its class, its part for styling from outside, and what it holds. */
function make<K extends keyof HTMLElementTagNameMap>(tag: K, part: string, ...inside: (Node | string | undefined)[]): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag)
  e.className = part
  e.setAttribute('part', part)
  e.append(...inside.filter((c): c is Node | string => c !== undefined && c !== ''))
  return e
}

/** An address that leads to a page or picture; undefined for anything else, such as javascript:. */
function address(text: string | undefined): string | undefined {
  if (!text) return undefined
  try {
    const url = new URL(text, location.href)
    return /^https?:$/.test(url.protocol) ? url.href : undefined
  } catch {
    return undefined
  }
}

/** A word with a value in it: the page's own, or the usual one. */
function say(words: string | null, usual: string, value: string): string {
  return (words ?? usual).replace('{}', value)
}

function price(item: { price_minor?: number; currency?: string }): string {
  if (!item.price_minor || !item.currency) return ''
  const format = new Intl.NumberFormat(document.documentElement.lang || undefined, { style: 'currency', currency: item.currency })
  return format.format(item.price_minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}

/** Makes the element known to the page. */
export function define(page: Page): void {
  class Recommend extends HTMLElement {
    static observedAttributes = ['placement', 'product', 'category', 'exclude', 'country', 'postcode', 'n', 'heading', 'link', 'bundles']
    private readonly root = this.attachShadow({ mode: 'open' })
    private asked?: AbortController
    private planned = false
    private sight?: IntersectionObserver

    connectedCallback(): void {
      this.plan()
    }

    attributeChangedCallback(): void {
      if (this.isConnected) this.plan()
    }

    disconnectedCallback(): void {
      this.clear()
    }

    /** Asks once, however many attributes change at once. */
    private plan(): void {
      if (this.planned) return
      this.planned = true
      queueMicrotask(() => {
        this.planned = false
        void this.ask()
      })
    }

    private clear(): void {
      this.asked?.abort()
      this.sight?.disconnect()
      this.root.replaceChildren()
      this.hidden = true
    }

    private async ask(): Promise<void> {
      this.clear()
      if (!this.isConnected) return
      const mine = (this.asked = new AbortController())
      const timer = setTimeout(() => mine.abort(), patience)
      try {
        const list = (name: string) => this.getAttribute(name)?.split(',').map((s) => s.trim()).filter(Boolean)
        const text = (name: string) => this.getAttribute(name) || undefined
        const n = this.getAttribute('n')
        const visitor = page.visitor()
        // How somebody came helps to choose for them; it is told only of those who may be known.
        const came = visitor !== undefined && document.referrer && new URL(document.referrer).host !== location.host ? document.referrer.slice(0, 2000) : undefined
        const answer = await fetch(`${page.host}/v1/recommend`, {
          method: 'POST', signal: mine.signal, credentials: 'omit', // as plain text no browser asks for leave first
          body: JSON.stringify({ writeKey: page.key, visitor, referrer: came, placement: text('placement'), items: list('product'), exclude: list('exclude'), category: text('category'), country: text('country'), postcode: text('postcode'), bundles: text('bundles') === undefined ? undefined : 3, n: n === null ? undefined : Number(n) }),
        })
        if (!answer.ok) return
        const { list: id, items, bundles } = (await answer.json()) as { list: string; items: Item[]; bundles?: Bundle[] }
        if (!mine.signal.aborted && items.length > 0) this.show(id, items, bundles ?? [])
      } catch {
        if (this.asked === mine) this.clear() // a page must not break because its recommendations do
      } finally {
        clearTimeout(timer)
      }
    }

    private show(list: string, items: Item[], bundles: Bundle[]): void {
      const heading = this.getAttribute('heading') ?? ''
      const cards = make('ul', 'items', ...items.map((item, i) => make('li', 'item', this.card(list, item, i + 1))))
      if (heading) cards.setAttribute('aria-label', heading)
      this.root.replaceChildren(...(heading ? [make('h2', 'heading', heading)] : []), cards, ...this.sets(list, bundles))
      if ('adoptedStyleSheets' in this.root) {
        const sheet = new CSSStyleSheet() // a style element would need leave of the page's security policy
        sheet.replaceSync(style)
        this.root.adoptedStyleSheets = [sheet]
      }
      this.hidden = false
      this.tell('shown', { list, items: items.map((i) => i.sku) })
      this.sight = new IntersectionObserver((seen, me) => {
        if (!seen.some((s) => s.isIntersecting)) return
        me.disconnect()
        page.track('Product List Viewed', { list_id: list, category: this.getAttribute('placement') ?? '', products: items.map((p, i) => ({ sku: p.sku, position: i + 1 })) })
      })
      this.sight.observe(this)
    }

    /** Sets that are bought together, each with what it costs. */
    private sets(list: string, bundles: Bundle[]): HTMLElement[] {
      const title = this.getAttribute('bundles')
      if (!title || bundles.length === 0) return []
      const sets = bundles.map((b) => make('li', 'bundle', make('ul', 'items', ...b.items.map((item, i) => make('li', 'item', this.card(list, { ...item, reason: '' }, i + 1)))), make('span', 'total', price(b))))
      const all = make('ul', 'bundles', ...sets)
      all.setAttribute('aria-label', title)
      return [make('h2', 'heading', title), all]
    }

    /** How many there are, where they are few. */
    private stock(item: Item): HTMLElement | undefined {
      if (item.availability !== 'few_left' || !item.left) return undefined
      const day = item.more_on && new Date(`${item.more_on}T12:00`).toLocaleDateString(document.documentElement.lang || undefined, { day: 'numeric', month: 'long' })
      return make('span', 'stock', say(this.getAttribute('few'), 'Only {} left', String(item.left)), day && ` · ${say(this.getAttribute('more'), 'more on {}', day)}`)
    }

    private card(list: string, item: Item, position: number): HTMLElement {
      const to = address(item.url) ?? address(this.getAttribute('link')?.replace('{sku}', encodeURIComponent(item.sku)))
      const source = address(item.image)
      const image = source === undefined ? undefined : make('img', 'image')
      if (image && source) Object.assign(image, { alt: '', loading: 'lazy', src: source })
      const inside = [image, make('span', 'title', item.title), price(item) ? make('span', 'price', price(item)) : undefined, this.stock(item), item.reason ? make('span', 'reason', item.reason) : undefined]
      if (to === undefined) return make('div', 'card', ...inside)
      const card = make('a', 'card', ...inside)
      card.href = to
      card.addEventListener('click', () => {
        this.tell('clicked', { list, sku: item.sku, position })
        page.track('Product Clicked', { sku: item.sku, list_id: list, position })
      })
      return card
    }

    /** Lets the page hear what happened: almanac-shown, almanac-clicked. */
    private tell(what: string, detail: Values): void {
      this.dispatchEvent(new CustomEvent(`almanac-${what}`, { bubbles: true, composed: true, detail }))
    }
  }
  if (window.customElements && !customElements.get('almanac-recommend')) customElements.define('almanac-recommend', Recommend)
}
