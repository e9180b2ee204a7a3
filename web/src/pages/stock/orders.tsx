// Open reorder proposals as one order for each supplier, to be approved at once.
import { Button, Modal } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useGet } from '../../api'
import type { PlannedOrder, PlannedOrders } from '../../api'
import { money, moneyRange, number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, SyntheticNote, useMay, useShop } from '../../shell'
import { strings } from '../../strings'
import { useChange } from '../decisions/change'
import css from './stock.module.css'

const words = strings.stock.orders
/** How many decisions the server judges in one call. */
const most = 1000

const nameOf = (o: PlannedOrder) => o.supplier || words.unnamed
const linesOf = (o: PlannedOrder) => (o.lines.length === 1 ? words.line : words.lines(number(o.lines.length)))

export function Orders() {
  const query = useGet<PlannedOrders>('stock', '/orders-to-place')
  const change = useChange()
  const may = useMay('approver')
  const [asked, setAsked] = useState<PlannedOrder>()
  const [busy, setBusy] = useState(false)
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={8} />
  const { items } = query.data
  if (items.length === 0) return <EmptyState title={words.empty} action={{ label: words.decisions, to: '/decisions' }}>{words.emptyText}</EmptyState>
  const units = items.reduce((n, o) => n + o.units, 0)
  const approve = async (o: PlannedOrder) => {
    setBusy(true)
    await change('approve', o.lines.slice(0, most).map((l) => l.decision.id))
    setBusy(false)
    setAsked(undefined)
  }
  return (
    <>
      <SyntheticNote sources={items.filter((o) => o.synthetic).map(nameOf)} />
      <h2 className={css.title}>{items.length === 1 ? words.titleOne(number(units)) : words.title(number(items.length), number(units))}</h2>
      <p className={css.lead}>{words.under} {words.worthUnder} {!may && words.may}</p>
      <div className={css.stack}>{items.map((o) => <Order key={o.supplier} o={o} onApprove={may ? () => setAsked(o) : undefined} />)}</div>
      <Modal opened={asked !== undefined} onClose={() => setAsked(undefined)} title={asked && words.approve(nameOf(asked))} size={560} closeButtonProps={{ 'aria-label': strings.shell.close }}>
        {asked && (
          <>
            <ul className={css.items} tabIndex={0} aria-label={linesOf(asked)}>{asked.lines.slice(0, most).map((l) => <li key={l.decision.id}><span>{l.decision.title}</span><span className="quiet">{l.decision.action}</span></li>)}</ul>
            <Figures o={asked} />
            {asked.lines.length > most && <p>{words.most(number(most))}</p>}
            <p className={css.more}>{words.under}</p>
            <div className={css.buttons}>
              <Button variant="default" onClick={() => setAsked(undefined)}>{strings.shell.cancel}</Button>
              <Button data-autofocus loading={busy} onClick={() => void approve(asked)}>{words.approveShort}</Button>
            </div>
          </>
        )}
      </Modal>
    </>
  )
}

function Order({ o, onApprove }: { o: PlannedOrder; onApprove?: () => void }) {
  const shop = useShop()
  return (
    <Section
      title={nameOf(o)} under={`${linesOf(o)} · ${words.units(number(o.units))}`}
      actions={<div className={css.actions}><Button component={Link} to="/decisions" search={(o.supplier ? { group: o.supplier } : {}) as never} variant="default" size="xs" aria-label={`${words.open}: ${nameOf(o)}`}>{words.open}</Button>{onApprove && <Button size="xs" aria-label={words.approveAll(nameOf(o))} onClick={onApprove}>{words.approveShort}</Button>}</div>}
    >
      <Figures o={o} />
      <details className={css.more}>
        <summary>{words.show(number(o.lines.length))}</summary>
        <div className={css.scroll} tabIndex={0} role="region" aria-label={nameOf(o)}>
          <table className={css.table}>
            <thead><tr><th scope="col">{words.product}</th><th scope="col">{words.order}</th><th scope="col">{words.costColumn}</th><th scope="col">{words.worth}</th></tr></thead>
            <tbody>
              {o.lines.map((l) => (
                <tr key={l.decision.id}>
                  <th scope="row"><Link to="/decisions/{-$id}" params={{ id: l.decision.id }}>{l.decision.title}</Link><span>{l.decision.subject}</span></th>
                  <td>{number(l.units)}</td>
                  <td>{l.unit_cost_minor === undefined ? words.unknown : money(l.unit_cost_minor * l.units, shop, { short: true })}</td>
                  <td>{moneyRange(l.decision.p10_minor, l.decision.p50_minor, l.decision.p90_minor, shop)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </Section>
  )
}

function Figures({ o }: { o: PlannedOrder }) {
  const shop = useShop()
  return (
    <dl className={css.figures}>
      <div><dt>{words.cost}</dt><dd>{o.cost_minor === undefined ? words.unknown : money(o.cost_minor, shop, { short: true })}{o.cost_minor !== undefined && o.no_cost > 0 && <span>{words.noCost(number(o.no_cost))}</span>}</dd></div>
      <div><dt>{words.minimum}</dt><dd>{o.min_order_minor === undefined ? words.unknown : money(o.min_order_minor, shop, { short: true })}{o.short_minor !== undefined && <span data-short={o.short_minor > 0 || undefined}>{o.short_minor > 0 ? words.short(money(o.short_minor, shop, { short: true })) : words.met}</span>}</dd></div>
      <div><dt>{words.atStake}</dt><dd>{moneyRange(o.p10_minor, o.p50_minor, o.p90_minor, shop)}</dd></div>
      <div><dt>{words.lead}</dt><dd>{o.lead_days > 0 ? words.days(number(o.lead_days)) : words.unknown}</dd></div>
    </dl>
  )
}
