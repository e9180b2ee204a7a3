// A lower price: what is expected of each price that was weighed, and the numbers behind it. The title is the message.
import type { MarkdownDetail } from '../../api'
import { money, number } from '../../format'
import { useShop } from '../../shell'
import { strings } from '../../strings'
import css from './detail.module.css'
import { Row } from './numbers'

const words = strings.decisions.detail.price

export function Price({ markdown: m }: { markdown: MarkdownDetail }) {
  const shop = useShop()
  const left = m.points[0]?.left ?? 0
  return (
    <>
      <section className={css.part}>
        <h3>{words.title(number(left), m.horizon_weeks)}</h3>
        <p className={css.under}>{words.under}</p>
        <table className={css.points} aria-label={words.table}>
          <thead><tr><th scope="col">{words.price}</th><th scope="col">{words.sold}</th><th scope="col">{words.left}</th><th scope="col">{words.gain}</th></tr></thead>
          <tbody>
            {m.points.map((p) => {
              const chosen = p.price_minor === m.new_price_minor
              return (
                <tr key={p.price_minor} data-chosen={chosen || undefined}>
                  <th scope="row">{money(p.price_minor, shop)}{p.price_minor === m.price_minor && <span className={css.more}>{words.now}</span>}{chosen && <span className={css.more}>{words.proposed}</span>}</th>
                  <td>{number(p.units)}</td><td>{number(p.left)}</td><td>{p.price_minor === m.price_minor ? '–' : money(p.gain_minor, shop)}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </section>
      <section className={css.part}>
        <h3>{strings.decisions.detail.numbers}</h3>
        <dl className={css.numbers}>
          <Row name={words.margin} more={words.then(money(m.net_minor - m.unit_cost_minor, shop))}>{money(m.new_net_minor - m.unit_cost_minor, shop)}</Row>
          <Row name={words.cost}>{money(m.unit_cost_minor, shop)}</Row>
          <Row name={words.available}>{number(m.available)}</Row>
          <Row name={words.incoming}>{number(m.incoming)}</Row>
          <Row name={words.answer} tip={words.answerExplain} more={words.likely(number(-m.elasticity_high, 1), number(-m.elasticity_low, 1))}>{words.more(number(-m.elasticity, 1))}</Row>
        </dl>
      </section>
    </>
  )
}
