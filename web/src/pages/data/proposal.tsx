// How one file would be read: what it holds, which column means what, what only a person can answer. Every change is
// asked of the server, which reads the file again.
import { Button, Checkbox, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { ApiError, usePost } from '../../api'
import type { FileProposal, JobStarted, ProposalChange } from '../../api'
import { bytes } from '../../format'
import { ErrorState, Section, Tag } from '../../shell'
import { strings } from '../../strings'
import { Account } from './account'
import css from './data.module.css'

const words = strings.data.import

export function Proposal({ proposal: p, wanted, onChange, onDiscard }: { proposal: FileProposal; wanted?: string; onChange: (p: FileProposal) => void; onDiscard: () => void }) {
  const [job, setJob] = useState<string>()
  const change = usePost<ProposalChange, FileProposal>(`/uploads/${p.upload}`, { method: 'PUT' })
  const start = usePost<object, JobStarted>(`/uploads/${p.upload}/import`, { invalidates: ['imports'] })
  const discard = usePost<undefined>(`/uploads/${p.upload}`, { method: 'DELETE' })
  const ask = (c: ProposalChange) => change.mutate(c, { onSuccess: onChange })
  if (job) return <Account job={job} name={p.name} onAgain={onDiscard} />
  const title = p.kind ? words.holds(p.kind) : words.unknown
  const failure = change.error ?? start.error
  return (
    <Section title={`${p.name}: ${title}`} under={words.facts(p.format, p.compression ? `${p.compression}, ${p.encoding}` : p.encoding, p.delimiter === '\t' ? 'tab' : p.delimiter, bytes(p.bytes))}
      actions={<div className={css.actions}><Button variant="default" size="sm" onClick={() => { discard.mutate(undefined); onDiscard() }}>{words.discard}</Button><Button size="sm" disabled={!p.ready} loading={start.isPending || change.isPending} onClick={() => start.mutate({}, { onSuccess: (j) => setJob(j.job) })}>{words.start}</Button></div>}>
      {failure instanceof ApiError && <ErrorState error={failure} />}
      {p.questions.length > 0 && <Questions p={p} ask={ask} />}
      <div className={css.settings}>
        <Select label={words.kind} data={p.kinds} value={p.kind || wanted || null} onChange={(v) => v && ask({ kind: v })} />
        <TextInput label={<>{words.currency} <Tag basis={p.currency_basis} /></>} key={`c${p.currency}`} defaultValue={p.currency} maxLength={3} onBlur={(e) => { const v = e.currentTarget.value.trim().toUpperCase(); if (v !== p.currency && v.length === 3) ask({ currency: v }) }} description={p.currency_basis === 'assumed' ? words.assumed : undefined} />
        <TextInput label={words.timeZone} key={`z${p.time_zone}`} defaultValue={p.time_zone} onBlur={(e) => { const v = e.currentTarget.value.trim(); if (v && v !== p.time_zone) ask({ time_zone: v }) }} />
        <Select label={words.dateOrder} data={Object.entries(words.dateOrders).map(([value, label]) => ({ value, label }))} value={p.date_order || null} onChange={(v) => v && ask({ date_order: v })} description={p.date_example} />
        <Select label={words.decimal} data={['.', ',']} value={p.decimal || null} onChange={(v) => v && ask({ decimal: v })} />
        <TextInput label={words.source} key={`s${p.source}`} defaultValue={p.source} onBlur={(e) => { const v = e.currentTarget.value.trim(); if (v && v !== p.source) ask({ source: v }) }} />
      </div>
      <Checkbox className={css.check} label={words.synthetic} description={words.syntheticHint} checked={p.synthetic} onChange={(e) => ask({ synthetic: e.currentTarget.checked })} />
      {p.fields.length > 0 && <Fields p={p} ask={ask} />}
      <details><summary>{words.preview}</summary>
        <div className={css.scroll} tabIndex={0} role="region" aria-label={words.preview}><table className={css.small}><thead><tr>{p.columns.map((c) => <th key={c} scope="col">{c}</th>)}</tr></thead><tbody>{p.sample.map((r, i) => <tr key={i}>{r.map((v, j) => <td key={j}>{v}</td>)}</tr>)}</tbody></table></div>
      </details>
    </Section>
  )
}

function Questions({ p, ask }: { p: FileProposal; ask: (c: ProposalChange) => void }) {
  const answer = (code: string, value: string) => ask(code.startsWith('columns.') ? { columns: { [code.slice(8)]: value } } : { [code]: value })
  return (
    <fieldset className={css.questions}>
      <legend>{words.questions}</legend>
      {p.questions.map((q) => (
        <div key={q.code} className={css.question}>
          <Select label={q.text} required placeholder={words.choose} data={q.options} value={null} onChange={(v) => v && answer(q.code, v)} />
          {(q.code === 'currency' || q.code === 'as_of') && <TextInput label={words.other} type={q.code === 'as_of' ? 'date' : 'text'} onBlur={(e) => { const v = e.currentTarget.value.trim(); if (v) answer(q.code, q.code === 'currency' ? v.toUpperCase() : v) }} />}
        </div>
      ))}
    </fieldset>
  )
}

function Fields({ p, ask }: { p: FileProposal; ask: (c: ProposalChange) => void }) {
  return (
    <div className={css.scroll}>
      <table className={css.mapping}>
        <caption>{words.mapping}</caption>
        <thead><tr><th scope="col">{words.field}</th><th scope="col">{words.column}</th><th scope="col">{words.sample}</th></tr></thead>
        <tbody>
          {p.fields.map((f) => (
            <tr key={f.field}>
              <th scope="row">{f.label}{f.required && <span className={css.need}> {words.required}</span>}</th>
              <td><Select aria-label={f.label} size="xs" clearable placeholder={words.none} data={p.columns} value={f.column || null} onChange={(v) => ask({ columns: { [f.field]: v ?? '' } })} /></td>
              <td className="quiet small">{(f.samples ?? []).join(' · ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
