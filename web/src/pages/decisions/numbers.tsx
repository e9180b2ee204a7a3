// The numbers behind a proposal, the guardrails it met and the one that decides, and how the forecast was chosen.
import { Tooltip } from '@mantine/core'
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Decision, ForecastCard, Guardrail, ReorderDetail } from '../../api'
import { day, instant, money, number, percent } from '../../format'
import { useShop } from '../../shell'
import { strings } from '../../strings'
import css from './detail.module.css'

const words = strings.decisions.detail

export function Row({ name, tip, children, more }: { name: string; tip?: string; children: ReactNode; more?: string }) {
  return (
    <div>
      <dt>{tip ? <Tooltip label={tip}><span className={css.term} tabIndex={0}>{name}</span></Tooltip> : name}</dt>
      <dd>{children}{more && <span className={css.more}>{more}</span>}</dd>
    </div>
  )
}

export function Numbers({ reorder: r }: { reorder: ReorderDetail }) {
  const shop = useShop()
  const cost = (minor: number | undefined) => minor === undefined
    ? <>{words.unknownCost} <Link to="/data/{-$tab}" params={{ tab: 'import' }} search={{ kind: 'costs' }} className={css.add}>{words.addCost}</Link></>
    : money(minor, shop)
  return (
    <section className={css.part}>
      <h3>{words.numbers}</h3>
      <dl className={css.numbers}>
        <Row name={words.onHand} more={words.counted(instant(r.counted_at, shop.time_zone))}>{number(r.on_hand)}</Row>
        <Row name={words.incoming}>{number(r.incoming)}</Row>
        <Row name={words.demand}>{number(r.demand_week, r.demand_week < 10 ? 1 : 0)}</Row>
        {r.weeks_of_cover !== undefined && <Row name={words.cover}>{number(r.weeks_of_cover, 1)}</Row>}
        <Row name={words.lead}>{words.days(number(r.lead_days))}</Row>
        <Row name={words.point}>{number(r.reorder_point)}</Row>
        {r.class !== '' && <Row name={words.upTo}>{number(r.order_up_to)}</Row>}
        {r.class !== '' && <Row name={words.class} tip={words.classExplain}>{r.class}</Row>}
        <Row name={words.service} tip={words.serviceExplain}>{percent(r.service_level, 0)}</Row>
        <Row name={words.pack}>{number(r.pack)}</Row>
        <Row name={words.unitCost}>{cost(r.unit_cost_minor)}</Row>
        {r.order_cost_minor !== undefined && <Row name={words.orderCost}>{money(r.order_cost_minor, shop)}</Row>}
      </dl>
    </section>
  )
}

export function Guardrails({ guardrails }: { guardrails: Guardrail[] }) {
  return (
    <section className={css.part}>
      <h3>{words.guardrails}</h3>
      <ul className={css.guardrails}>
        {guardrails.map((g) => (
          <li key={g.code} data-met={g.met}>
            {g.met ? <IconCircleCheck size={18} stroke={1.6} aria-label={words.met} role="img" /> : <IconCircleX size={18} stroke={1.6} aria-label={words.broken} role="img" />}
            <div>
              <p>{g.title} {g.binding && <span className={css.binds}>{words.binds}</span>}</p>
              <p className={css.under}>{g.value} · {words.limit} {g.limit}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

export function ModelCard({ decision: d, card }: { decision: Decision; card?: ForecastCard }) {
  const shop = useShop()
  if (!d.model && !card) return null
  const compared = card?.champion_score !== undefined && card.baseline_score !== undefined
  return (
    <section className={css.part}>
      <h3>{d.reorder ? words.model : words.rests}</h3>
      {card && compared && <p>{card.why} <Tooltip label={words.metricExplain}><span className={css.term} tabIndex={0}>{words.against(card.metric, percent(card.champion_score, 0), percent(card.baseline_score, 0))}</span></Tooltip></p>}
      <dl className={css.numbers}>
        {d.model && <Row name={words.made}><code className={css.code}>{d.model}</code></Row>}
        {(card?.baseline ?? d.baseline) && <Row name={words.baseline}>{card?.baseline ?? d.baseline}</Row>}
        {card && <Row name={words.trained} more={words.folds(number(card.folds))}>{instant(card.trained_at, shop.time_zone)}</Row>}
        <Row name={words.inputs} more={card ? day(card.cutoff) : undefined}><code className={css.code} title={d.input_hash}>{d.input_hash.slice(0, 12)}</code></Row>
      </dl>
    </section>
  )
}
