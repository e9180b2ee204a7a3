// Quick find: ⌘K (or Ctrl K) anywhere, type, Enter. Pages at once; products and customers from the server.
import { Modal } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { KeyboardEvent } from 'react'
import { useGet } from '../api'
import type { CustomerRow, ProductRow } from '../api'
import { strings } from '../strings'
import css from './find.module.css'
import { pages } from './menu'

const words = strings.shell.find

interface Hit {
  id: string
  group: string
  label: string
  more?: string
  go: () => void
}

export function QuickFind({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} withCloseButton={false} padding={0} size={560} centered={false} yOffset="12vh" attributes={{ content: { 'aria-label': words.label } }}>
      {opened && <Finder onClose={onClose} />}
    </Modal>
  )
}

function Finder({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const [asked] = useDebouncedValue(text.trim(), 150)
  const enabled = asked.length >= 2
  const products = useGet<{ items: ProductRow[] }>('products', '/products', { q: asked, limit: 6 }, { enabled })
  const customers = useGet<{ items: CustomerRow[] }>('customers', '/customers', { q: asked, limit: 4 }, { enabled })
  const wanted = text.trim().toLowerCase()
  const hits: Hit[] = pages
    .filter((page) => page.label.toLowerCase().includes(wanted))
    .map((page) => ({ id: page.to, group: words.pages, label: page.label, go: () => void navigate({ to: page.to }) }))
  if (enabled && wanted !== '') {
    for (const p of products.data?.items ?? []) hits.push({ id: `p-${p.sku}`, group: words.products, label: p.title, more: p.sku, go: () => void navigate({ to: '/products/$sku', params: { sku: p.sku } }) })
    for (const c of customers.data?.items ?? []) hits.push({ id: `c-${c.id}`, group: words.customers, label: c.id, more: c.segment, go: () => void navigate({ to: '/customers/$id', params: { id: c.id } }) })
  }
  const chosen = Math.min(at, hits.length - 1)
  const open = (hit: Hit | undefined) => {
    if (!hit) return
    onClose()
    hit.go()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setAt((chosen + (event.key === 'ArrowDown' ? 1 : -1) + hits.length) % Math.max(1, hits.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      open(hits[chosen])
    }
  }
  return (
    <div className={css.find}>
      <div className={css.field}>
        <IconSearch size={18} stroke={1.6} aria-hidden />
        <input
          data-autofocus role="combobox" aria-expanded aria-controls="find-hits" aria-activedescendant={hits[chosen] ? `hit-${chosen}` : undefined} aria-label={words.label}
          placeholder={words.placeholder} value={text} onChange={(e) => { setText(e.target.value); setAt(0) }} onKeyDown={onKeyDown} autoComplete="off" spellCheck={false}
        />
        <kbd>esc</kbd>
      </div>
      <ul id="find-hits" role="listbox" aria-label={words.label} className={css.hits}>
        {hits.map((hit, i) => (
          <li key={hit.id} id={`hit-${i}`} role="option" aria-selected={i === chosen} className={css.hit} onPointerMove={() => setAt(i)} onClick={() => open(hit)}>
            <span className={css.label}>{hit.label}</span>
            {hit.more && <span className={css.more}>{hit.more}</span>}
            <span className={css.group}>{hit.group}</span>
          </li>
        ))}
      </ul>
      {hits.length === 0 && !products.isFetching && <p className={css.nothing} role="status">{words.nothing(text)}</p>}
      <p className={css.hint}>{words.hint}</p>
    </div>
  )
}
