// What waits for a person, and which programmes the shop's data is enough for.
import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleHalf2, IconClock, IconInbox, IconStack2, IconTrendingDown, IconTruckDelivery } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Home, Readiness } from '../../api'
import { moneyShort, number } from '../../format'
import { Section, useShop } from '../../shell'
import { strings } from '../../strings'
import css from './aside.module.css'
import { SharpenLinks } from '../../shell'

export function NeedsYou({ home }: { home: Home }) {
  const shop = useShop()
  const words = strings.home.now
  return (
    <Section title={words.title}>
      {home.open_decisions > 0 ? (
        <div className={css.decisions}>
          <p className={css.big}><IconInbox size={24} stroke={1.6} aria-hidden />{home.open_decisions === 1 ? words.decision : words.decisions(number(home.open_decisions))}</p>
          {home.open_decisions_value_minor !== undefined && <p className={css.quiet}>{words.value(moneyShort(home.open_decisions_value_minor, shop))}</p>}
          <Button component={Link} to="/decisions" mt={8}>{words.review}</Button>
        </div>
      ) : <p className={css.quiet}>{words.none}</p>}
      <ul className={css.todo}>
        {home.late_orders && home.late_orders.orders > 0 && <li><IconTruckDelivery size={16} stroke={1.6} aria-hidden /><Link to="/stock" search={{ tab: 'warnings' } as Record<string, string>}>{words.late(home.late_orders.orders)}</Link>{home.late_orders.risk_minor !== undefined && <span className={css.quiet}>{words.lateRisk(moneyShort(home.late_orders.risk_minor, shop))}</span>}</li>}
        {home.late_orders && home.late_orders.slower > 0 && <li><IconTrendingDown size={16} stroke={1.6} aria-hidden /><Link to="/stock" search={{ tab: 'warnings' } as Record<string, string>}>{words.slower(home.late_orders.slower)}</Link></li>}
        {home.findings > 0 && <li><IconAlertTriangle size={16} stroke={1.6} aria-hidden /><Link to="/data/{-$tab}" params={{ tab: 'quality' }}>{words.findings(number(home.findings))}</Link></li>}
        {home.quarantined > 0 && <li><IconStack2 size={16} stroke={1.6} aria-hidden /><Link to="/data/{-$tab}" params={{ tab: 'quarantine' }}>{words.quarantined(number(home.quarantined))}</Link></li>}
        {home.behind > 0 && <li><IconClock size={16} stroke={1.6} aria-hidden /><Link to="/data/{-$tab}" params={{ tab: 'sources' }}>{words.behind(number(home.behind))}</Link></li>}
      </ul>
    </Section>
  )
}

export function ReadinessList({ readiness }: { readiness: Readiness[] }) {
  const words = strings.home.readiness
  if (readiness.length === 0) return null
  return (
    <Section title={words.title}>
      <ul className={css.programmes}>
        {readiness.map((r) => {
          const partly = r.ready && r.missing.length > 0
          const Icon = !r.ready ? IconCircleDashed : partly ? IconCircleHalf2 : IconCircleCheck
          return (
            <li key={r.programme} className={css.programme} data-ready={r.ready || undefined}>
              <Icon size={20} stroke={1.6} aria-hidden />
              <div>
                <p className={css.name}>{r.title} <span>{!r.ready ? words.blocked : partly ? words.partly : words.ready}</span></p>
                {r.missing.length > 0 && <SharpenLinks sharpen={r.missing} />}
              </div>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
