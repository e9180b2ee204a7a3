// Shows what a change will do before it is made: each decision, the totals, the effects in words.
import { Button, Modal, Textarea } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import { call, currentShopId } from '../../api'
import type { Decision, DecisionSummary } from '../../api'
import { money, moneyRange, number } from '../../format'
import { ErrorState, PageSkeleton, useShop } from '../../shell'
import { strings } from '../../strings'
import css from './confirm.module.css'
import { summed } from './groups'

const words = strings.decisions

export interface Asked {
  verb: 'approve' | 'reject'
  items: DecisionSummary[]
}

/** `onGo` gets the note or the reason. */
export function Confirm({ asked, onClose, onGo }: { asked: Asked | undefined; onClose: () => void; onGo: (asked: Asked, text: string) => Promise<void> }) {
  const title = asked ? (asked.verb === 'approve' ? words.confirm.approve(asked.items.length) : words.confirm.reject(asked.items.length)) : ''
  return (
    <Modal opened={asked !== undefined} onClose={onClose} title={title} size={600} closeButtonProps={{ 'aria-label': strings.shell.close }}>
      {asked && <Body asked={asked} onClose={onClose} onGo={onGo} />}
    </Modal>
  )
}

const shown = 8

function Body({ asked, onClose, onGo }: { asked: Asked; onClose: () => void; onGo: (asked: Asked, text: string) => Promise<void> }) {
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const approve = asked.verb === 'approve'
  const details = useQueries({
    queries: asked.items.map((d) => ({ queryKey: ['decisions', currentShopId(), `/decisions/${d.id}`, {}], queryFn: () => call<Decision>(`/decisions/${encodeURIComponent(d.id)}`), enabled: approve })),
  })
  const failed = details.find((q) => q.error)
  const loading = approve && details.some((q) => q.isPending)
  const full = details.map((q) => q.data).filter((d): d is Decision => d !== undefined)
  const go = async () => {
    setBusy(true)
    await onGo(asked, text.trim())
    setBusy(false)
  }
  if (approve && failed) return <ErrorState error={failed.error} title={words.confirm.noReading} />
  if (loading) return <PageSkeleton rows={2} />
  return (
    <form className={css.form} onSubmit={(e) => { e.preventDefault(); void go() }}>
      <ul className={css.items}>
        {asked.items.slice(0, shown).map((d) => <li key={d.id}><span className={css.name}>{d.title}</span><span className={css.action}>{d.action}</span></li>)}
        {asked.items.length > shown && <li className={css.more}>{words.confirm.more(asked.items.length - shown)}</li>}
      </ul>
      {approve && <Totals items={asked.items} full={full} />}
      <div className={css.effects}>
        <h3>{words.confirm.effects}</h3>
        {approve ? <Effects full={full} /> : <p>{words.confirm.rejectEffects}</p>}
      </div>
      {!approve && (
        <div className={css.reasons}>
          {(asked.items.every((d) => d.programme === 'reorder') ? words.confirm.reasons.reorder : words.confirm.reasons.other).map((r) => <button key={r} type="button" aria-pressed={text === r} onClick={() => setText(r)}>{r}</button>)}
        </div>
      )}
      <Textarea label={approve ? words.confirm.note : words.confirm.reason} value={text} onChange={(e) => setText(e.target.value)} autosize minRows={1} required={!approve} withAsterisk={false} data-autofocus={!approve || undefined} />
      <div className={css.buttons}>
        <Button variant="default" onClick={onClose} type="button">{strings.shell.cancel}</Button>
        <Button type="submit" loading={busy} color={approve ? undefined : 'red.9'} data-autofocus={approve || undefined} disabled={!approve && text.trim() === ''}>
          {approve ? words.confirm.goApprove(asked.items.length) : words.confirm.goReject(asked.items.length)}
        </Button>
      </div>
    </form>
  )
}

function Totals({ items, full }: { items: DecisionSummary[]; full: Decision[] }) {
  const shop = useShop()
  const orders = full.flatMap((d) => (d.reorder ? [d.reorder] : []))
  const costed = orders.filter((r) => r.order_cost_minor !== undefined)
  const stake = summed(items)
  return (
    <dl className={css.totals}>
      {orders.length > 0 && <div><dt>{words.confirm.units}</dt><dd>{number(orders.reduce((n, r) => n + r.units, 0))}</dd></div>}
      {orders.length > 0 && (
        <div>
          <dt>{words.confirm.cost}</dt>
          <dd>{costed.length > 0 ? money(costed.reduce((n, r) => n + (r.order_cost_minor ?? 0), 0), shop) : words.detail.unknownCost}</dd>
          {costed.length > 0 && costed.length < orders.length && <dd className={css.less}>{words.confirm.costUnknown(orders.length - costed.length)}</dd>}
        </div>
      )}
      {stake.mid !== undefined && <div><dt>{words.confirm.atStake}</dt><dd>{moneyRange(stake.low, stake.mid, stake.high, shop)}</dd></div>}
    </dl>
  )
}

/** Effects that all share are said once; the others are listed per decision. */
function Effects({ full }: { full: Decision[] }) {
  const counts = new Map<string, number>()
  for (const d of full) for (const effect of d.effects) counts.set(effect, (counts.get(effect) ?? 0) + 1)
  const lines = [...counts.keys()]
  return (
    <ul className={css.lines}>
      {lines.slice(0, shown + 4).map((line) => <li key={line}>{line}</li>)}
      {lines.length > shown + 4 && <li>{words.confirm.more(lines.length - shown - 4)}</li>}
    </ul>
  )
}
