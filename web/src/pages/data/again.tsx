// Reading quarantined rows again with other settings: what changes is said first, then the job runs.
import { Button, Modal, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useGet } from '../../api'
import type { ImportList, ProposalChange, Replay } from '../../api'
import { number } from '../../format'
import { strings } from '../../strings'
import { Commit } from './commit'
import css from './data.module.css'
import { readMapping } from './mapping'
import { reasonName, words as all } from './strings'

const words = all.quarantine
const importing = all.import

interface Props {
  opened: boolean
  reason?: string
  count: number
  /** Imports that the rows on the screen came from. */
  imports: string[]
  busy: boolean
  onClose: () => void
  onGo: (replay: Replay) => void
}

export function Again(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={words.change} size={600} closeButtonProps={{ 'aria-label': strings.shell.close }}>
      {props.opened && <Body {...props} />}
    </Modal>
  )
}

function Body({ reason, count, imports, busy, onGo, onClose }: Props) {
  const query = useGet<ImportList>('imports', '/imports')
  const known = (query.data?.items ?? []).filter((r) => imports.includes(r.id))
  const [chosen, setChosen] = useState<string>()
  const run = known.find((r) => r.id === chosen) ?? (known.length === 1 ? known[0] : undefined)
  const mapping = run && readMapping(run.mapping)
  const [change, setChange] = useState<ProposalChange>({})
  const set = (c: Partial<ProposalChange>) => setChange((old) => ({ ...old, ...c }))
  const keep = { value: '', label: words.keep }
  const columns = change.columns ?? {}
  const go = () => {
    const mapped: ProposalChange = { ...change, columns: Object.keys(columns).length > 0 ? columns : undefined }
    onGo({ reason, import_id: run?.id, mapping: mapped })
  }
  return (
    <form className={css.again} onSubmit={(e) => { e.preventDefault(); go() }}>
      <p>{reason && <><b>{reasonName(reason)}.</b> </>}{words.changeText(number(count))}</p>
      {known.length > 1 && <NativeSelect label={words.imports} data={[{ value: '', label: words.everything }, ...known.map((r) => ({ value: r.id, label: r.name }))]} value={chosen ?? ''} onChange={(e) => { setChosen(e.currentTarget.value || undefined); setChange({ ...change, columns: undefined }) }} />}
      <div className={css.settings}>
        <NativeSelect label={importing.dateOrder} data={[keep, ...Object.entries(importing.dateOrders).map(([value, label]) => ({ value, label }))]} value={change.date_order ?? ''} onChange={(e) => set({ date_order: e.currentTarget.value || undefined })} />
        <NativeSelect label={importing.decimal} data={[keep, ...Object.entries(importing.decimals).map(([value, label]) => ({ value, label }))]} value={change.decimal ?? ''} onChange={(e) => set({ decimal: e.currentTarget.value || undefined })} />
        <Commit label={importing.currency} value={change.currency ?? ''} upper check={(v) => (/^[A-Z]{3}$/.test(v) ? undefined : importing.badCurrency)} onCommit={(v) => set({ currency: v })} />
      </div>
      {run && mapping && (
        <fieldset className={css.columns}>
          <legend>{words.columnsTitle} <span className="quiet">{words.of(run.name)}</span></legend>
          <div className={css.settings}>
            {Object.entries(mapping.columns).map(([field, column]) => (
              <NativeSelect key={field} label={field.replaceAll('_', ' ')} data={mapping.header} value={columns[field] ?? column} onChange={(e) => set({ columns: changed(columns, field, e.currentTarget.value, column) })} />
            ))}
          </div>
        </fieldset>
      )}
      <div className={css.end}><Button variant="default" onClick={onClose}>{strings.shell.cancel}</Button><Button type="submit" loading={busy}>{words.again}</Button></div>
    </form>
  )
}

/** The columns that differ from what the import had. */
function changed(columns: Record<string, string>, field: string, to: string, was: string): Record<string, string> {
  const others = Object.fromEntries(Object.entries(columns).filter(([f]) => f !== field))
  return to === was ? others : { ...others, [field]: to }
}
