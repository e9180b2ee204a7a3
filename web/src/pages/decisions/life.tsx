// What happened to a decision: where the approved action was sent, and every step in the audit chain.
import type { AuditEntry, Decision } from '../../api'
import { instant, number } from '../../format'
import { useShop } from '../../shell'
import { strings } from '../../strings'
import css from './detail.module.css'

const words = strings.decisions.detail

export function Deliveries({ deliveries }: { deliveries: Decision['deliveries'] }) {
  const shop = useShop()
  return (
    <section className={css.part}>
      <h3>{words.deliveries}</h3>
      <ul className={css.deliveries}>
        {deliveries.map((d) => (
          <li key={`${d.channel} ${d.target}`}>
            <p><b>{(words.channel as Record<string, string>)[d.channel] ?? d.channel}</b> <span className={css.deliveryStatus} data-status={d.status}>{words.delivery[d.status]}</span></p>
            <p className={css.target}>{d.target}</p>
            {d.error && <p className={css.error}>{d.error}</p>}
            <p className={css.under}>{[d.at && instant(d.at, shop.time_zone), d.attempts > 1 && words.attempts(number(d.attempts))].filter(Boolean).join(' · ')}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}

export function Life({ entries, timeZone }: { entries: AuditEntry[]; timeZone: string }) {
  return (
    <section className={css.part}>
      <h3>{words.life}</h3>
      <ol className={css.life}>
        {entries.map((e) => (
          <li key={e.seq}>
            <p><b>{e.event}</b> <span className={css.under}>{e.actor}</span></p>
            {e.detail && <p>{e.detail}</p>}
            <p className={css.under}>{instant(e.at, timeZone)} · <code className={css.code} title={`${words.hash}: ${e.prev_hash} → ${e.hash}`}>{e.hash.slice(0, 10)}</code></p>
          </li>
        ))}
      </ol>
    </section>
  )
}
