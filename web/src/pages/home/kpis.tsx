// The key figures of the period, each with what it was before.
import { Tooltip } from '@mantine/core'
import { IconArrowDownRight, IconArrowUpRight } from '@tabler/icons-react'
import type { Kpi, Shop } from '../../api'
import { change, money, moneyShort, number, numberShort, percent } from '../../format'
import { useShop } from '../../shell'
import { strings } from '../../strings'
import css from './kpis.module.css'

const words = strings.home.kpi

/** More of these is worse. */
const badWhenUp = new Set<Kpi['code']>(['return_rate'])

function text(kpi: Kpi, value: number | undefined, shop: Shop, exact = false): string {
  if (kpi.unit === 'ratio') return percent(value)
  if (kpi.unit === 'count') return exact ? number(value) : numberShort(value)
  if (kpi.code === 'average_order') return money(value, shop)
  return exact ? money(value, shop) : moneyShort(value, shop)
}

export function Kpis({ kpis }: { kpis: Kpi[] }) {
  const shop = useShop()
  return (
    <section className={css.grid} aria-label={words.label}>
      {kpis.map((kpi) => {
        const moved = change(kpi.value, kpi.previous)
        const worse = moved && moved.direction !== 0 && (moved.direction > 0) === badWhenUp.has(kpi.code)
        const Icon = moved?.direction === -1 ? IconArrowDownRight : IconArrowUpRight
        return (
          <div key={kpi.code} className={css.kpi}>
            <Tooltip label={words.explain[kpi.code]}><h3 className={css.name} tabIndex={0}>{words.names[kpi.code]}</h3></Tooltip>
            <p className={css.value} title={text(kpi, kpi.value, shop, true)}>{text(kpi, kpi.value, shop)}</p>
            {moved ? (
              <p className={css.change} data-worse={worse || undefined}>
                {moved.direction !== 0 && <Icon size={14} stroke={2} aria-hidden />}<b>{moved.text}</b> <span>{words.before(text(kpi, kpi.previous, shop))}</span>
              </p>
            ) : kpi.note ? <p className={css.note}>{kpi.note}</p> : null}
          </div>
        )
      })}
    </section>
  )
}
