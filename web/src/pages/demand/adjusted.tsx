// Everything that was set by hand, and whether that was nearer than the model.
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { apiUrl, useGet } from '../../api'
import type { Adjustment, AdjustmentList, PlanScore } from '../../api'
import { moneyShort, number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useMay, useShop } from '../../shell'
import { strings } from '../../strings'
import { Failure } from '../settings/failure'
import { stateOf, useUndo, weeksOf } from './adjust'
import css from './demand.module.css'
import { ofHundred } from './score'

const words = strings.demand.adjustments

export function Adjusted() {
  const query = useGet<AdjustmentList>('demand', '/demand-adjustments')
  const undo = useUndo()
  const may = useMay('operator')
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={8} />
  const { items, score } = query.data
  if (items.length === 0) return <EmptyState title={words.empty} action={{ label: strings.demand.list, to: '/demand' }}>{words.emptyText}</EmptyState>
  return (
    <div className={css.stack}>
      <Section title={score.weeks > 0 ? words.scoreBetter(ofHundred(score.error), ofHundred(score.model_error)) : words.scoreNone} under={words.hindsight}>
        {score.weeks > 0 && <Score score={score} />}
      </Section>
      <Section title={words.title} actions={<Button component="a" size="xs" variant="default" href={apiUrl('/demand-adjustments', { format: 'csv' })} download>CSV</Button>}>
        <Failure error={undo.error} />
        <div className={css.scroll} tabIndex={0} role="region" aria-label={words.title}>
          <table className={css.table}>
            <thead><tr><th scope="col">{words.product}</th><th scope="col" className={css.text}>{words.weeks}</th><th scope="col">{words.units}</th><th scope="col">{words.model}</th><th scope="col">{words.sold}</th><th scope="col" className={css.text}>{words.note}</th><th scope="col" className={css.text}>{words.state}</th><th><span className="visually-hidden">{strings.demand.adjust.undo}</span></th></tr></thead>
            <tbody>{items.map((a) => <Row key={a.id} a={a} undo={may && a.in_force ? () => undo.mutate(a.id) : undefined} />)}</tbody>
          </table>
        </div>
      </Section>
    </div>
  )
}

function Score({ score }: { score: PlanScore }) {
  const shop = useShop()
  return <p>{words.score(number(score.weeks), number(score.better), number(score.model_better))} {score.priced > 0 && words.value(moneyShort(score.value_minor, shop), moneyShort(score.model_value_minor, shop))}</p>
}

function Row({ a, undo }: { a: Adjustment; undo?: () => void }) {
  const sum = (of: (w: Adjustment['weeks'][number]) => number | undefined) => (a.weeks.some((w) => of(w) !== undefined) ? a.weeks.reduce((total, w) => total + (of(w) ?? 0), 0) : undefined)
  return (
    <tr>
      <th scope="row"><Link to="/demand/$sku" params={{ sku: a.sku }}>{a.title}</Link></th>
      <td className={css.text}>{weeksOf(a)}</td>
      <td>{number(sum((w) => w.units))}</td><td>{number(sum((w) => w.model))}</td><td>{number(sum((w) => w.sold))}</td>
      <td className={css.text}>{a.note}<br /><span className="quiet">{a.by}</span></td>
      <td className={css.text}>{stateOf(a)}</td>
      <td>{undo && <Button size="compact-sm" variant="default" aria-label={strings.demand.adjust.undoOne(a.title)} onClick={undo}>{strings.demand.adjust.undo}</Button>}</td>
    </tr>
  )
}
