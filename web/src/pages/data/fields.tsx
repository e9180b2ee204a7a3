// Which column of the file means what, with examples; each can be changed. What the file does not hold folds away.
import { NativeSelect } from '@mantine/core'
import type { FieldGuess, FileProposal, ProposalChange } from '../../api'
import css from './data.module.css'
import { words as all } from './strings'

const words = all.import

export function Fields({ p, ask }: { p: FileProposal; ask: (c: ProposalChange) => void }) {
  const shown = p.fields.filter((f) => f.column !== '' || f.required)
  const rest = p.fields.filter((f) => f.column === '' && !f.required)
  return (
    <div>
      <h3 className={css.part}>{words.found}</h3>
      <Table fields={shown} p={p} ask={ask} />
      {rest.length > 0 && <details className={css.rest}><summary className={css.summary}>{words.missing(rest.length)}</summary><Table fields={rest} p={p} ask={ask} /></details>}
    </div>
  )
}

function Table({ fields, p, ask }: { fields: FieldGuess[]; p: FileProposal; ask: (c: ProposalChange) => void }) {
  return (
    <table className={css.mapping}>
      <thead><tr><th scope="col">{words.field}</th><th scope="col">{words.column}</th><th scope="col">{words.sample}</th></tr></thead>
      <tbody>
        {fields.map((f) => (
          <tr key={f.field} data-missing={(f.required && f.column === '') || undefined}>
            <th scope="row">{f.label}{f.required && <span className={css.need}>{words.needs}</span>}</th>
            <td>
              <NativeSelect aria-label={f.label} size="xs" data={[{ value: '', label: words.none }, ...p.columns.map((c) => ({ value: c, label: c }))]} value={f.column} onChange={(e) => ask({ columns: { [f.field]: e.currentTarget.value } })} />
              {f.column !== '' && words.by[f.by] && <span className={css.by}>{words.by[f.by]}</span>}
            </td>
            <td><span className={css.samples}>{(f.samples ?? []).slice(0, 3).map((s, i) => <code key={i}>{s === '' ? '–' : s}</code>)}</span></td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
