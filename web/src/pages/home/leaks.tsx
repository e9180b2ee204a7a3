// Where the shop loses money, largest first. The message is the title; the bar shows the likely range on one scale for all;
// the basis has the same look as everywhere (solid, hatched, outlined).
import { Link } from '@tanstack/react-router'
import type { Leak } from '../../api'
import { dayRange, money, moneyRange } from '../../format'
import { EmptyState, Tag, useShop } from '../../shell'
import { strings } from '../../strings'
import { SharpenLinks } from '../../shell'
import css from './leaks.module.css'

const words = strings.home.leaks

export function Leaks({ leaks }: { leaks: Leak[] }) {
  if (leaks.length === 0) return <EmptyState title={words.none}>{words.noneText}</EmptyState>
  const sorted = [...leaks].sort((a, b) => (b.mid_minor ?? b.high_minor ?? -1) - (a.mid_minor ?? a.high_minor ?? -1))
  const most = Math.max(1, ...sorted.map((l) => l.high_minor ?? l.mid_minor ?? 0))
  return <ol className={css.list}>{sorted.map((leak) => <Row key={leak.code} leak={leak} most={most} />)}</ol>
}

function Row({ leak, most }: { leak: Leak; most: number }) {
  const shop = useShop()
  const known = leak.mid_minor !== undefined || (leak.low_minor !== undefined && leak.high_minor !== undefined)
  const value = !known ? words.unknown : leak.basis === 'measured' && leak.mid_minor !== undefined ? money(leak.mid_minor, shop, { short: true }) : moneyRange(leak.low_minor, leak.mid_minor, leak.high_minor, shop)
  const [amount, range] = split(value)
  return (
    <li className={css.row}>
      <div className={css.figure}>
        <p className={known ? css.amount : css.unknown}>{amount}</p>
        {range && <p className={css.range}><span className="visually-hidden">{words.likely}: </span>{range}</p>}
      </div>
      <div className={css.say}>
        <h3 className={css.title}><Address to={leak.link}>{leak.title}</Address></h3>
        {known && <Bar leak={leak} most={most} />}
        <p className={css.meta}><Tag basis={leak.basis} /><span>{words.period(dayRange(leak.from, leak.to))}</span></p>
        <details className={css.how}>
          <summary>{words.how}</summary>
          <p>{leak.explain}</p>
          {leak.assumptions.length > 0 && <><p>{words.assumptions}</p><ul>{leak.assumptions.map((a) => <li key={a}>{a}</li>)}</ul></>}
        </details>
        {leak.sharpen.length > 0 && <SharpenLinks sharpen={leak.sharpen} label={words.sharpen} />}
      </div>
    </li>
  )
}

/** From nothing to the middle as a bar, the likely range as a bracket over it. */
function Bar({ leak, most }: { leak: Leak; most: number }) {
  const percent = (minor: number) => `${Math.max(0, Math.min(100, (minor / most) * 100))}%`
  const mid = leak.mid_minor ?? ((leak.low_minor ?? 0) + (leak.high_minor ?? 0)) / 2
  return (
    <div className={css.bar} aria-hidden>
      <div className={css.fill} data-basis={leak.basis} style={{ width: percent(mid) }} />
      {leak.low_minor !== undefined && leak.high_minor !== undefined && leak.high_minor > leak.low_minor && (
        <div className={css.bracket} style={{ left: percent(leak.low_minor), width: percent(leak.high_minor - leak.low_minor) }} />
      )}
    </div>
  )
}

/** "£6.9k (4.1–10.1k)" in its two parts. */
function split(value: string): [string, string | undefined] {
  const at = value.indexOf(' (')
  return at < 0 ? [value, undefined] : [value.slice(0, at), value.slice(at + 2, -1)]
}

/** A link whose address comes from the server, possibly with search parameters. */
function Address({ to, children }: { to: string; children: string }) {
  if (!to) return <>{children}</>
  const [path = '/', query = ''] = to.split('?')
  return <Link to={path} search={Object.fromEntries(new URLSearchParams(query))}>{children}</Link>
}
