// How one file would be read: what it holds, which column means what, what only a person can answer. Every change is
// asked of the server, which reads the file again.
import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import { usePost } from '../../api'
import type { FileProposal, ProposalChange } from '../../api'
import { bytes } from '../../format'
import { ErrorState, Section } from '../../shell'
import css from './data.module.css'
import { Fields } from './fields'
import { Questions } from './questions'
import { Reading } from './reading'
import { words as all } from './strings'

const words = all.import

interface Props {
  proposal: FileProposal
  /** The kind that the link here asked for. */
  wanted?: string
  error?: unknown
  /** Another file is being imported first. */
  waiting?: boolean
  onChange: (p: FileProposal) => void
  onStart: () => Promise<void>
  onDiscard: () => void
}

export function Proposal({ proposal: p, wanted, error, waiting, onChange, onStart, onDiscard }: Props) {
  const change = usePost<ProposalChange, FileProposal>(`/uploads/${p.upload}`, { method: 'PUT' })
  const [starting, setStarting] = useState(false)
  const start = async () => {
    setStarting(true)
    await onStart()
    setStarting(false)
  }
  const ask = (c: ProposalChange) => change.mutate(c, { onSuccess: onChange })
  const failure = change.error ?? error
  const facts = [p.format.toUpperCase(), p.compression, words.encodings[p.encoding] ?? p.encoding, words.delimiters[p.delimiter]?.toLowerCase(), bytes(p.bytes)]
  return (
    <Section
      title={`${p.name}: ${p.kind ? words.holds(p.kind) : words.unknown}`}
      under={[...facts, p.layout ? words.layout(p.layout) : p.kind_by && (words.kindBy[p.kind_by] ?? p.kind_by)].filter(Boolean).join(' · ')}
      actions={<Button variant="subtle" color="gray" size="xs" onClick={onDiscard}>{words.discard}</Button>}
    >
      <div className={css.proposal} aria-busy={change.isPending || undefined}>
        {failure !== undefined && failure !== null && <ErrorState error={failure} />}
        {p.assumed.length > 0 && <details><summary className={css.summary}>{words.assumes}</summary><ul>{p.assumed.map((a) => <li key={a}>{a}</li>)}</ul></details>}
        {p.questions.length > 0 && <Questions p={p} wanted={wanted} ask={ask} />}
        {p.fields.length > 0 && <Fields p={p} ask={ask} />}
        <Reading p={p} wanted={wanted} ask={ask} />
        <Checkbox label={words.synthetic} description={words.syntheticHint} checked={p.synthetic} onChange={(e) => ask({ synthetic: e.currentTarget.checked })} />
        <Preview p={p} />
        <div className={css.go}>
          <p className="quiet small" role="status">{change.isPending ? words.rereading : p.ready ? words.safe : words.answerFirst(Math.max(1, p.questions.length))}</p>
          <Button disabled={!p.ready} loading={starting || waiting || change.isPending} onClick={() => void start()}>{words.start}</Button>
        </div>
      </div>
    </Section>
  )
}

function Preview({ p }: { p: FileProposal }) {
  if (p.sample.length === 0) return null
  return (
    <details>
      <summary className={css.summary}>{words.preview}</summary>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={words.preview}>
        <table className={css.small}>
          <thead><tr>{p.columns.map((c) => <th key={c} scope="col">{c}</th>)}</tr></thead>
          <tbody>{p.sample.map((r, i) => <tr key={i}>{r.map((v, j) => <td key={j}>{v}</td>)}</tr>)}</tbody>
        </table>
      </div>
    </details>
  )
}
