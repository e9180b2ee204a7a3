// Stock, cost and lead time of a product; what is not known names the file that tells it.
import { Link } from '@tanstack/react-router'
import { IconFilePlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Product } from '../../api'
import { day, money, number } from '../../format'
import { Section, useShop } from '../../shell'
import css from './products.module.css'
import { words } from './strings'

export function Supply({ p }: { p: Product }) {
  const shop = useShop()
  const { on_hand: held, weeks_of_cover: cover } = p.row
  const title = held === undefined ? words.stockTitle : cover === undefined ? words.onHandNow(number(held)) : `${words.onHandNow(number(held))}, ${words.cover(number(cover, cover < 10 ? 1 : 0))}`
  return (
    <Section title={title} under={p.stock.length === 0 ? words.stockNeeds : undefined}>
      <dl className={css.rows}>
        {p.stock.length === 0
          ? <Row label={words.stockColumn}><Add kind="stock" /></Row>
          : p.stock.map((s) => <Row key={s.location + s.quantity} label={[words.quantities[s.quantity] ?? s.quantity.replaceAll('_', ' '), s.location].filter(Boolean).join(' · ')} note={words.counted(day(s.as_of))}>{number(s.units)}</Row>)}
        <Row label={words.cost}>{p.unit_cost_minor === undefined ? <Add kind="costs" /> : money(p.unit_cost_minor, shop)}</Row>
        <Row label={words.lead}>{p.lead_days === undefined ? <Add kind="supply" /> : words.days(p.lead_days)}</Row>
        {(p.supplier || p.lead_days !== undefined) && <Row label={words.supplier}>{p.supplier || words.missing}</Row>}
      </dl>
    </Section>
  )
}

function Row({ label, note, children }: { label: string; note?: string; children: ReactNode }) {
  return <div><dt>{label}{note && <span>{note}</span>}</dt><dd>{children}</dd></div>
}

function Add({ kind }: { kind: 'stock' | 'costs' | 'supply' }) {
  return <Link to="/data/{-$tab}" params={{ tab: 'import' }} search={{ kind }} className={css.add}><IconFilePlus size={16} stroke={1.6} aria-hidden />{words.add[kind]}</Link>
}
