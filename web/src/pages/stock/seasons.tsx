// Goods of one season: which category or product is sold until which day.
import { Autocomplete, Button, TextInput } from '@mantine/core'
import type { ReorderSettingsBody } from '../../api'
import { strings } from '../../strings'
import css from './stock.module.css'

const words = strings.stock.rules
type Season = NonNullable<ReorderSettingsBody['seasons']>[number]

/** One row per season. A name that is no category is a product's code. */
export function Seasons({ value, categories, onChange, disabled }: { value: Season[]; categories: string[]; onChange: (seasons: Season[]) => void; disabled: boolean }) {
  const change = (i: number, season: Season) => onChange(value.map((s, k) => (k === i ? season : s)))
  const named = (name: string): Pick<Season, 'category' | 'sku'> => (categories.includes(name) ? { category: name } : { sku: name })
  return (
    <>
      {value.map((s, i) => (
        <div key={i} className={css.season}>
          <Autocomplete label={words.seasonOf} value={s.category ?? s.sku ?? ''} data={categories} onChange={(name) => change(i, { until: s.until, ...named(name) })} required disabled={disabled} />
          <TextInput type="date" label={words.seasonUntil} value={s.until} onChange={(e) => change(i, { ...s, until: e.currentTarget.value })} required disabled={disabled} />
          {!disabled && <Button variant="default" aria-label={words.seasonRemoveOne(s.category ?? s.sku ?? '')} onClick={() => onChange(value.filter((_, k) => k !== i))}>{words.seasonRemove}</Button>}
        </div>
      ))}
      {!disabled && <Button variant="default" className={css.add} onClick={() => onChange([...value, { sku: '', until: '' }])}>{words.seasonAdd}</Button>}
    </>
  )
}
