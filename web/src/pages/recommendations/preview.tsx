// What a page would show a visitor, and why. What is asked lives in the address, so that a list can be sent to somebody.
import { NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useState } from 'react'
import { useGet } from '../../api'
import type { ListPreview, OnSite } from '../../api'
import { number, percent } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useUrlState } from '../../shell'
import { strings } from '../../strings'
import { usePreview } from './ask'
import { Bundles } from './bundles'
import { Item } from './item'
import { PickProducts } from './pick'
import { Snippet } from './snippet'
import css from './recommendations.module.css'

const all = strings.recommendations
const words = all.preview

export function Preview() {
  const [url] = useUrlState()
  const stand = useGet<OnSite>('recommendations', '/recommendations')
  const items = (url.items ?? '').split(',').filter(Boolean)
  const placement = url.place ?? 'home'
  const n = Math.min(50, Math.max(1, Number(url.n) || 10))
  const query = usePreview({ placement, visitor: url.visitor || undefined, items: items.length > 0 ? items : undefined, category: placement === 'category' ? url.category || undefined : undefined, country: url.country?.length === 2 ? url.country : undefined, postcode: url.postcode || undefined, n })
  if (stand.error && !stand.data) return <ErrorState error={stand.error} retry={() => void stand.refetch()} />
  if (!stand.data) return <PageSkeleton />
  if (stand.data.coverage.products === 0) return <EmptyState title={words.noProducts} action={{ label: words.import, to: '/data/import' }}>{words.noProductsText}</EmptyState>
  const card = stand.data.placements.find((p) => p.name === placement)
  return (
    <div className={css.split}>
      <Form stand={stand.data} placement={placement} items={items} n={n} needsItem={card?.needs_item === true && items.length === 0} serverOnly={card?.server_only === true} />
      {query.error ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : query.data ? <div className={css.stack}><List preview={query.data} busy={query.isPlaceholderData} />{!card?.server_only && <Snippet placement={placement} items={items} n={n} bundles={query.data.bundles.length > 0} />}</div> : <PageSkeleton rows={8} />}
    </div>
  )
}

function Form({ stand, placement, items, n, needsItem, serverOnly }: { stand: OnSite; placement: string; items: string[]; n: number; needsItem: boolean; serverOnly: boolean }) {
  const [url, setUrl] = useUrlState()
  const [visitor, setVisitor] = useState(url.visitor ?? '')
  const [category, setCategory] = useState(url.category ?? '')
  const [country, setCountry] = useState(url.country ?? '')
  const [postcode, setPostcode] = useState(url.postcode ?? '')
  const later = useDebouncedCallback((change: Record<string, string>) => setUrl(change), 300)
  return (
    <Section title={words.form}>
      <form className={css.form} onSubmit={(e) => e.preventDefault()}>
        <NativeSelect label={words.placement} value={placement} onChange={(e) => setUrl({ place: e.currentTarget.value })} data={stand.placements.map((p) => ({ value: p.name, label: all.placements[p.name] ?? p.name }))} />
        {serverOnly && <p className="small quiet">{words.serverOnly}</p>}
        <PickProducts label={words.items} description={needsItem ? <b>{words.itemNeeded}</b> : words.itemsHint} value={items} most={50} onChange={(skus) => setUrl({ items: skus.join(',') })} />
        {placement === 'category' && <TextInput label={words.category} value={category} onChange={(e) => { setCategory(e.currentTarget.value); later({ category: e.currentTarget.value.trim() }) }} />}
        <TextInput label={words.visitor} description={words.visitorHint} inputWrapperOrder={['label', 'input', 'description']} autoComplete="off" value={visitor} maxLength={512} onChange={(e) => { setVisitor(e.currentTarget.value); later({ visitor: e.currentTarget.value.trim() }) }} />
        <TextInput label={words.country} description={words.countryHint} inputWrapperOrder={['label', 'input', 'description']} value={country} maxLength={2} onChange={(e) => { setCountry(e.currentTarget.value.toUpperCase()); later({ country: e.currentTarget.value.trim().toUpperCase() }) }} />
        <TextInput label={words.postcode} value={postcode} maxLength={20} onChange={(e) => { setPostcode(e.currentTarget.value); later({ postcode: e.currentTarget.value.trim() }) }} />
        <NumberInput label={words.n} value={n} min={1} max={50} clampBehavior="strict" allowDecimal={false} onChange={(v) => setUrl({ n: Number(v) || undefined })} />
      </form>
    </Section>
  )
}

function List({ preview, busy }: { preview: ListPreview; busy: boolean }) {
  const place = all.placements[preview.placement] ?? preview.placement
  return (
    <Section title={words.list(place)} under={<Basis preview={preview} />}>
      <div aria-busy={busy || undefined} aria-live="polite">
        <Notes preview={preview} />
        {preview.items.length === 0 ? <EmptyState title={words.empty}>{words.emptyText}</EmptyState> : (
          <ol className={css.items}>{preview.items.map((item, i) => <Item key={item.sku} item={item} place={i + 1} />)}</ol>
        )}
        <Bundles preview={preview} />
        {preview.items.length > 0 && <p className={css.foot}>{words.weight(percent(preview.margin_weight, 0))}</p>}
        {preview.left_out.length > 0 && (
          <details className={css.more}>
            <summary>{words.leftOut}</summary>
            <ul>{preview.left_out.map((l) => <li key={l.why}>{words.leftOutText(number(l.products), all.reach.whys[l.why] ?? l.why)}</li>)}</ul>
          </details>
        )}
      </div>
    </Section>
  )
}

/** What the list was made from, in a sentence. */
function Basis({ preview }: { preview: ListPreview }) {
  const { seed } = preview
  const titles = [...new Set(seed)]
  const made = titles.length > 0 ? words.made(titles.length > 4 ? `${titles.slice(-4).join(', ')} …` : titles.join(', ')) : words.nobody
  return <>{made} {preview.bought > 0 && words.bought(preview.bought)}</>
}

function Notes({ preview }: { preview: ListPreview }) {
  const notes = preview.notes.map((n) => ({ tag: words.notes[n.code] ?? n.code, text: n.text }))
  if (preview.held_out) notes.unshift({ tag: strings.recommendations.earned.sides.control ?? '', text: words.heldOut })
  if (preview.bot) notes.unshift({ tag: '!', text: words.bot })
  if (preview.unknown.length > 0) notes.unshift({ tag: '?', text: words.unknown(preview.unknown.join(', ')) })
  if (notes.length === 0) return null
  return <ul className={css.notes}>{notes.map((n) => <li key={n.text}><b>{n.tag}</b> <span>{n.text}</span></li>)}</ul>
}
