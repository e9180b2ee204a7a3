// The status filter with counts, and the search. Both live in the address.
import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import type { DecisionStatus } from '../../api'
import { number } from '../../format'
import { strings } from '../../strings'
import css from './filters.module.css'

const words = strings.decisions
const order: DecisionStatus[] = ['proposed', 'approved', 'applied', 'failed', 'rejected', 'expired', 'superseded', 'held_out', 'shadow']

/** `status` is one of DecisionStatus or 'all'. */
export function Filters({ status, counts, q, onStatus, onQuery }: { status: string; counts: Record<string, number>; q: string; onStatus: (status: string) => void; onQuery: (q: string) => void }) {
  const [text, setText] = useState(q)
  const ask = useDebouncedCallback(onQuery, 250)
  const shown = order.filter((s) => s === 'proposed' || s === status || (counts[s] ?? 0) > 0)
  const all = Object.values(counts).reduce((a, b) => a + b, 0)
  return (
    <div className={css.filters}>
      <div className={css.chips} role="group" aria-label={words.filter}>
        {shown.map((s) => <button key={s} type="button" aria-pressed={s === status} onClick={() => onStatus(s)}>{words.status[s]} <span>{number(counts[s] ?? 0)}</span></button>)}
        <button type="button" aria-pressed={status === 'all'} onClick={() => onStatus('all')}>{words.all} <span>{number(all)}</span></button>
      </div>
      <TextInput className={css.search} type="search" aria-label={words.searchLabel} placeholder={words.search} value={text} leftSection={<IconSearch size={16} aria-hidden />} onChange={(e) => { setText(e.currentTarget.value); ask(e.currentTarget.value.trim()) }} />
    </div>
  )
}
