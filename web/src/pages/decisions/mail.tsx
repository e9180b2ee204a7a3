// A mail to a group of customers: how the group was narrowed down, what the mail does, and who gets it. The title is the message.
import { Link } from '@tanstack/react-router'
import type { WinbackDetail } from '../../api'
import { money, number, percent } from '../../format'
import { useShop } from '../../shell'
import { strings } from '../../strings'
import css from './detail.module.css'
import { Row } from './numbers'

const words = strings.decisions.detail.mail

export function Mail({ winback: w }: { winback: WinbackDetail }) {
  const shop = useShop()
  const steps: [string, number, boolean][] = [
    [words.quiet, w.quiet, true], [words.agreed, w.agreed, true], [words.limited, -w.limited, false], [words.resting, -w.resting, false], [words.unreachable, -w.unreachable, false],
    [words.notWorth, -w.not_worth, false], [words.left, -w.left, false], [words.out, -w.held_out, false], [words.to, w.recipients, true],
  ]
  return (
    <>
      <section className={css.part}>
        <h3>{words.title(number(w.recipients), number(w.held_out))}</h3>
        <p className={css.under}>{words.under}</p>
        <table className={css.points} aria-label={words.table}>
          <tbody>{steps.filter(([, n, always]) => always || n !== 0).map(([name, n, always]) => <tr key={name} data-chosen={name === words.to || undefined}><th scope="row">{name}</th><td>{always ? number(n) : `−${number(-n)}`}</td></tr>)}</tbody>
        </table>
        <People title={words.people(number(w.to.length))} ids={w.to} />
        <People title={words.held(number(w.out.length))} ids={w.out} />
      </section>
      <section className={css.part}>
        <h3>{strings.decisions.detail.numbers}</h3>
        <dl className={css.numbers}>
          <Row name={words.lift} more={`${words.basis[w.basis]}, ${words.likely(percent(w.lift_low, 1), percent(w.lift_high, 1))}`}>{percent(w.lift, 1)}</Row>
          <Row name={words.order} more={w.margin > 0 ? `${percent(w.margin, 0)} ${words.margin}` : undefined}>{money(w.order_minor, shop)}</Row>
          <Row name={words.silent}>{words.days(number(w.silent_days))}</Row>
          <Row name={words.campaign}><code className={css.code}>{w.campaign}</code></Row>
          {w.got > 0 && <Row name={words.before}>{words.so(number(w.got), number(w.got_ordered), number(w.held), number(w.held_ordered))}</Row>}
        </dl>
      </section>
    </>
  )
}

function People({ title, ids }: { title: string; ids: string[] }) {
  return (
    <details className={css.people}>
      <summary>{title}</summary>
      <ul>{ids.map((id) => <li key={id}><Link to="/customers/$id" params={{ id }}>{id}</Link></li>)}</ul>
    </details>
  )
}
