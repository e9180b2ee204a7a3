// Why a decision is proposed: the message first, then the forecast, reasons, numbers, guardrails, what approving does,
// where it went and its whole life.
import { Button, Tooltip } from '@mantine/core'
import { IconArrowLeft, IconFlask2 } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Ref } from 'react'
import { useGet } from '../../api'
import type { Decision, Product } from '../../api'
import { ago, moneyRange } from '../../format'
import { ErrorState, PageSkeleton, Tag, useMay, useShop } from '../../shell'
import { strings } from '../../strings'
import css from './detail.module.css'
import { Forecast } from './forecast'
import { Deliveries, Life } from './life'
import { Mail } from './mail'
import { Guardrails, ModelCard, Numbers } from './numbers'
import { Points, Service, Transfer } from './places'
import { Price } from './price'
import { Status } from './status'

const words = strings.decisions

export function Detail({ id, onApprove, onReject, onUndo, heading }: { id: string; onApprove: (d: Decision) => void; onReject: (d: Decision) => void; onUndo: (d: Decision) => void; heading: Ref<HTMLHeadingElement> }) {
  const shop = useShop()
  const may = useMay('approver')
  const query = useGet<Decision>('decisions', `/decisions/${encodeURIComponent(id)}`, {}, { keep: false })
  // Past sales and the model's card belong to the product; the panel stands without them.
  const sku = query.data?.reorder?.sku ?? query.data?.markdown?.sku ?? query.data?.transfer?.sku
  const product = useGet<Product>('products', `/products/${encodeURIComponent(sku ?? '')}`, {}, { enabled: sku !== undefined, keep: false })
  const back = <Link to="/decisions" search className={css.back}><IconArrowLeft size={16} aria-hidden />{words.detail.back}</Link>
  if (query.error && !query.data) return <div className={css.detail}>{back}<ErrorState error={query.error} retry={() => void query.refetch()} /></div>
  const d = query.data
  if (!d) return <div className={css.detail}>{back}<PageSkeleton rows={4} /></div>
  return (
    <article className={css.detail} aria-labelledby="decision-title">
      {back}
      <header className={css.head}>
        <div className={css.line}><Status status={d.status} />{d.synthetic && <span className={css.synthetic}><IconFlask2 size={14} aria-hidden />{words.synthetic}</span>}<span>{words.detail.proposed(ago(d.created_at))}</span>{d.status === 'proposed' && d.expires_at && <span>{words.expires(ago(d.expires_at))}</span>}</div>
        <h2 id="decision-title" ref={heading} tabIndex={-1} className={css.title}>{d.action}</h2>
        <p className={css.subject}>{sku === undefined ? <b>{d.title}</b> : <Link to="/products/$sku" params={{ sku }}>{d.title}</Link>} <span>{sku ?? d.subject}{d.group ? ` · ${d.group}` : ''}</span></p>
        {d.p50_minor !== undefined && <p className={css.value}><Tooltip label={words.valueExplain}><span tabIndex={0}>{words.value}</span></Tooltip> <b>{moneyRange(d.p10_minor, d.p50_minor, d.p90_minor, shop)}</b></p>}
        {may && d.status === 'proposed' && (
          <div className={css.buttons}>
            <Button onClick={() => onApprove(d)} rightSection={<kbd className={css.onAccent}>a</kbd>}>{words.approve}</Button>
            <Button variant="default" onClick={() => onReject(d)} rightSection={<kbd>r</kbd>}>{words.reject}</Button>
          </div>
        )}
        {may && (d.status === 'approved' || d.status === 'rejected') && <div className={css.buttons}><Button variant="default" onClick={() => onUndo(d)}>{words.undo}</Button></div>}
      </header>
      {d.reorder && <Forecast reorder={d.reorder} weeks={product.data?.weeks} />}
      {d.markdown && <Price markdown={d.markdown} />}
      {d.winback && <Mail winback={d.winback} />}
      {d.reasons.length > 0 && (
        <section className={css.part}>
          <h3>{words.detail.why}</h3>
          <ul className={css.reasons}>
            {d.reasons.map((r) => <li key={r.code}><div className={css.reasonHead}>{r.value && <b>{r.value}</b>}<Tag basis={r.basis} /></div><p>{r.text}</p></li>)}
          </ul>
        </section>
      )}
      {d.reorder && <Numbers reorder={d.reorder} />}
      {d.reorder?.curve && d.reorder.curve.length > 0 && <Service points={d.reorder.curve} supplier={d.group} />}
      {d.transfer && <Transfer t={d.transfer} />}
      {d.levels && d.levels.length > 0 && <Points levels={d.levels} />}
      {d.guardrails.length > 0 && <Guardrails guardrails={d.guardrails} />}
      <ModelCard decision={d} card={product.data?.forecast_card} />
      {d.effects.length > 0 && (
        <section className={css.part}>
          <h3>{words.detail.effects}</h3>
          <ul className={css.effects}>{d.effects.map((e) => <li key={e}>{e}</li>)}</ul>
        </section>
      )}
      {d.deliveries.length > 0 && <Deliveries deliveries={d.deliveries} />}
      {d.audit.length > 0 && <Life entries={d.audit} timeZone={shop.time_zone} />}
    </article>
  )
}
