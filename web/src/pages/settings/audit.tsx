// The audit log: every entry carries the hash of the one before; the page says whether the chain is whole.
import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconLink, IconLinkOff, IconSearch } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useGet } from '../../api'
import type { AuditList } from '../../api'
import { instant } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Pager, Section, useShop, useUrlState } from '../../shell'
import { strings } from '../../strings'
import css from './settings.module.css'

const words = strings.settings.audit
const limit = 50

export function Audit() {
  const shop = useShop()
  const [url, setUrl] = useUrlState()
  const offset = Number(url.offset ?? 0)
  const [text, setText] = useState(url.q ?? '')
  const ask = useDebouncedCallback((q: string) => setUrl({ q, offset: undefined }), 250)
  const query = useGet<AuditList>('audit', '/audit', { limit, offset, q: url.q })
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={10} />
  const { items, total, chain_ok: whole } = query.data
  return (
    <Section
      title={words.title} under={words.under} flush
      actions={<p className={css.chain} data-broken={!whole || undefined} role="status">{whole ? <IconLink size={16} aria-hidden /> : <IconLinkOff size={16} aria-hidden />}{whole ? words.ok : words.broken}</p>}
    >
      <div className={css.search}><TextInput type="search" aria-label={words.search} placeholder={words.search} value={text} leftSection={<IconSearch size={16} aria-hidden />} onChange={(e) => { setText(e.currentTarget.value); ask(e.currentTarget.value.trim()) }} /></div>
      {items.length === 0 ? <EmptyState title={words.empty} /> : (
        <div className={css.scroll}>
          <table className={css.table}>
            <thead><tr><th>{words.at}</th><th>{words.actor}</th><th>{words.event}</th><th>{words.detail}</th><th>{words.hash}</th></tr></thead>
            <tbody>
              {items.map((e) => (
                <tr key={e.seq}>
                  <td className={css.small}>{instant(e.at, shop.time_zone)}</td>
                  <td>{e.actor}</td>
                  <td>{e.decision_id ? <Link to="/decisions/{-$id}" params={{ id: e.decision_id }} search={{ status: 'all' }}>{e.event}</Link> : e.event}</td>
                  <td className={css.small}>{e.detail}</td>
                  <td className={css.mono} title={e.hash}>{e.hash.slice(0, 10)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Pager offset={offset} limit={limit} total={total} onChange={(o) => setUrl({ offset: o || undefined })} />
    </Section>
  )
}
