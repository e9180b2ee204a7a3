// What is selected, what it comes to, and what can be done with it.
import { Button, CloseButton } from '@mantine/core'
import type { DecisionSummary } from '../../api'
import { moneyRange, number } from '../../format'
import { useShop } from '../../shell'
import { strings } from '../../strings'
import css from './bulk.module.css'
import { summed } from './groups'

const words = strings.decisions

export function BulkBar({ items, onApprove, onReject, onClear }: { items: DecisionSummary[]; onApprove: () => void; onReject: () => void; onClear: () => void }) {
  const shop = useShop()
  const stake = summed(items)
  return (
    <div className={css.bar} role="region" aria-label={words.selected(number(items.length))}>
      <p className={css.text} aria-live="polite"><b>{words.selected(number(items.length))}</b>{stake.mid !== undefined && <span>{moneyRange(stake.low, stake.mid, stake.high, shop)}</span>}</p>
      <Button onClick={onApprove}>{words.approve}</Button>
      <Button variant="default" onClick={onReject}>{words.reject}</Button>
      <CloseButton aria-label={words.clear} onClick={onClear} />
    </div>
  )
}
