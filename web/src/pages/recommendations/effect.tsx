// The first ten of a place, now and with a rule that is not saved yet.
import { NativeSelect } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import type { ListPreview, RuleBody } from '../../api'
import { strings } from '../../strings'
import { usePreview } from './ask'
import css from './recommendations.module.css'

const all = strings.recommendations
const words = all.rules

export function Effect({ draft, without, placements }: { draft: RuleBody; without?: string; placements: string[] }) {
  const first = draft.placements?.[0] ?? 'home'
  const [chosen, setChosen] = useState<string>()
  const place = chosen ?? first
  const [rule] = useDebouncedValue(draft, 300)
  const complete = [rule.skus, rule.categories, rule.brands].some((l) => l !== undefined && l.length > 0)
  const now = usePreview({ placement: place, n: 10 })
  // What it does while it runs, also where it has not begun.
  const then = usePreview({ placement: place, n: 10, draft: { ...rule, from: undefined, until: undefined }, without }, complete)
  return (
    <fieldset className={css.effect}>
      <legend>{words.effect}</legend>
      <NativeSelect label={words.effectOn} value={place} onChange={(e) => setChosen(e.currentTarget.value)} data={placements.map((p) => ({ value: p, label: all.placements[p] ?? p }))} />
      {!complete ? <p className="small quiet">{words.incomplete}</p> : then.error ? <p className="small quiet">{then.error.fields[0]?.what ?? then.error.message}</p> : now.data && then.data && <Compare now={now.data} then={then.data} />}
    </fieldset>
  )
}

function Compare({ now, then }: { now: ListPreview; then: ListPreview }) {
  const before = now.items.map((i) => i.sku)
  const after = then.items.map((i) => i.sku)
  const changed = after.filter((sku, i) => before[i] !== sku).length + Math.max(0, before.length - after.length)
  return (
    <>
      <p role="status" className="small">{changed === 0 ? words.same : words.changed(changed)}</p>
      {changed > 0 && (
        <div className={css.two}>
          <div><p className={css.side}>{words.before}</p><ol className={css.brief}>{now.items.map((i) => <li key={i.sku} data-gone={!after.includes(i.sku) || undefined}>{i.title}</li>)}</ol></div>
          <div><p className={css.side}>{words.afterwards}</p><ol className={css.brief}>{then.items.map((i, at) => <li key={i.sku}>{i.title} {before[at] !== i.sku && <span className={css.tag}>{before.includes(i.sku) ? words.moved : words.newHere}</span>}</li>)}</ol></div>
        </div>
      )}
    </>
  )
}
