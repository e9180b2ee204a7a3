// What the file cannot tell and nobody may guess: required choices before an import.
import { NativeSelect, Radio } from '@mantine/core'
import type { FileProposal, ProposalChange } from '../../api'
import { Commit } from './commit'
import css from './data.module.css'
import { kindName, words as all } from './strings'

const words = all.import

export function Questions({ p, wanted, ask }: { p: FileProposal; wanted?: string; ask: (c: ProposalChange) => void }) {
  const answer = (code: string, value: string) => ask(code.startsWith('columns.') ? { columns: { [code.slice(8)]: value } } : { [code]: value })
  return (
    <fieldset className={css.questions}>
      <legend>{words.questions}</legend>
      {p.questions.map((q) => {
        const options = q.options.map((o) => ({ value: o.value, label: q.code === 'kind' ? kindName(o.value) + (o.value === wanted ? ' ←' : '') : o.label }))
        const open = q.code === 'currency' || q.code === 'as_of'
        return (
          <div key={q.code} className={css.question}>
            {options.length > 4
              ? <NativeSelect label={q.text} required data={[{ value: '', label: words.choose }, ...options]} value="" onChange={(e) => e.currentTarget.value && answer(q.code, e.currentTarget.value)} />
              : <Radio.Group label={q.text} required value="" onChange={(v) => answer(q.code, v)}><div className={css.options}>{options.map((o) => <Radio key={o.value} value={o.value} label={o.label} />)}</div></Radio.Group>}
            {open && <Commit label={words.other} type={q.code === 'as_of' ? 'date' : 'text'} value="" upper={q.code === 'currency'} check={(v) => (q.code === 'currency' && !/^[A-Z]{3}$/.test(v) ? words.badCurrency : undefined)} onCommit={(v) => answer(q.code, v)} />}
          </div>
        )
      })}
    </fieldset>
  )
}
