// Prices, companions in the basket, and decisions of a product.
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Product } from '../../api'
import { day, dayRange, money, moneyShort, number, percent } from '../../format'
import { Section, useShop } from '../../shell'
import { Status } from '../decisions/status'
import css from './products.module.css'
import { words } from './strings'

const few = 8

export function Prices({ p }: { p: Product }) {
  const shop = useShop()
  const [all, setAll] = useState(false)
  const byUnits = [...p.prices].sort((a, b) => b.units - a.units)
  const top = byUnits[0]
  if (!top) return null
  const shown = (all ? byUnits : byUnits.slice(0, few)).sort((a, b) => a.price_minor - b.price_minor)
  const units = p.prices.reduce((sum, x) => sum + x.units, 0)
  const prices = p.prices.map((x) => x.price_minor)
  const title = p.prices.length === 1 ? words.pricesOne(money(top.price_minor, shop)) : words.pricesMost(money(top.price_minor, shop), percent(top.units / units, 0), money(Math.min(...prices), shop), money(Math.max(...prices), shop))
  const more = p.prices.length > few && <Button size="compact-sm" variant="subtle" onClick={() => setAll(!all)}>{all ? words.pricesFew : words.pricesAll(number(p.prices.length))}</Button>
  return (
    <Section title={title} under={words.pricesUnder} actions={more || undefined}>
      <table className={css.prices}>
        <thead className="visually-hidden"><tr><th scope="col">{words.priceColumn}</th><th scope="col">{words.units}</th><th scope="col">{words.from}</th></tr></thead>
        <tbody>
          {shown.map((x) => (
            <tr key={x.price_minor} data-most={x === top || undefined}>
              <th scope="row">{money(x.price_minor, shop)}</th>
              <td><span className={css.bar}><i style={{ width: `${Math.max(0.5, (x.units / top.units) * 100)}%` }} aria-hidden /><span>{number(x.units)}</span></span></td>
              <td>{dayRange(x.first, x.last)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

export function Together({ p }: { p: Product }) {
  const best = p.bought_together[0]
  return (
    <Section title={words.together} under={words.togetherUnder}>
      {!best ? <p className="quiet">{words.togetherNone}</p> : (
        <ul className={css.list}>
          {p.bought_together.slice(0, few).map((r) => <li key={r.sku}><Link to="/products/$sku" params={{ sku: r.sku }}>{r.title || r.sku}</Link><span>{words.often(number(r.orders_together), number(r.lift, r.lift < 10 ? 1 : 0))}</span></li>)}
        </ul>
      )}
    </Section>
  )
}

export function Decisions({ p }: { p: Product }) {
  const shop = useShop()
  if (p.decisions.length === 0) return null
  return (
    <Section title={words.decisions}>
      <ul className={css.list}>
        {p.decisions.slice(0, few).map((d) => (
          <li key={d.id}>
            <Link to="/decisions/{-$id}" params={{ id: d.id }}>{d.action}</Link>
            <span className={css.decision}><Status status={d.status} />{d.p50_minor !== undefined && <span>{moneyShort(d.p50_minor, { ...shop, currency: d.currency })}</span>}<span>{day(d.created_at)}</span></span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
