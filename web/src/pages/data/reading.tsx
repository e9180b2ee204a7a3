// How the values of a file are written: dates, numbers, money, times, letters.
import { NativeSelect } from '@mantine/core'
import { useId } from 'react'
import type { FileProposal, ProposalChange } from '../../api'
import { Tag } from '../../shell'
import { Commit } from './commit'
import css from './data.module.css'
import { kindName, words as all } from './strings'

const words = all.import

const zones = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : []

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

export function Reading({ p, wanted, ask }: { p: FileProposal; wanted?: string; ask: (c: ProposalChange) => void }) {
  const list = useId()
  const csv = p.format === 'csv'
  // A value that nobody has settled yet is not shown as the first of the list.
  const choices = (known: Record<string, string>, value: string) => [...(value in known ? [] : [{ value, label: value || words.unanswered }]), ...Object.entries(known).map(([v, label]) => ({ value: v, label }))]
  const kinds = Object.fromEntries(p.kinds.map((k) => [k, kindName(k)]))
  return (
    <div>
      <h3 className={css.part}>{words.settings}</h3>
      <div className={css.settings}>
        <NativeSelect label={words.kind} data={choices(kinds, p.kind)} value={p.kind} description={!p.kind && wanted ? words.wanted(words.wants[wanted] ?? wanted) : undefined} inputWrapperOrder={order} onChange={(e) => e.currentTarget.value && ask({ kind: e.currentTarget.value })} />
        <Commit label={<>{words.currency} <Tag basis={p.currency_basis} /></>} value={p.currency} upper check={(v) => (/^[A-Z]{3}$/.test(v) ? undefined : words.badCurrency)} description={p.currency_basis === 'assumed' ? words.assumed : undefined} onCommit={(v) => ask({ currency: v })} />
        <Commit label={words.timeZone} value={p.time_zone} list={list} check={(v) => (isZone(v) ? undefined : words.badZone)} onCommit={(v) => ask({ time_zone: v })} />
        <datalist id={list}>{zones.map((z) => <option key={z} value={z} />)}</datalist>
        <NativeSelect label={words.dateOrder} data={choices(words.dateOrders, p.date_order)} value={p.date_order} description={p.date_example ? words.dateExample(p.date_example) : undefined} inputWrapperOrder={order} onChange={(e) => e.currentTarget.value && ask({ date_order: e.currentTarget.value })} />
        <NativeSelect label={words.decimal} data={choices(words.decimals, p.decimal)} value={p.decimal} onChange={(e) => e.currentTarget.value && ask({ decimal: e.currentTarget.value })} />
        {csv && <NativeSelect label={words.delimiter} data={choices(words.delimiters, p.delimiter)} value={p.delimiter} onChange={(e) => ask({ delimiter: e.currentTarget.value })} />}
        {csv && <NativeSelect label={words.encoding} data={choices(words.encodings, p.encoding)} value={p.encoding} onChange={(e) => ask({ encoding: e.currentTarget.value })} />}
        <Commit label={words.source} value={p.source} description={words.sourceHint} onCommit={(v) => ask({ source: v })} />
      </div>
    </div>
  )
}

const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'error', 'description']
