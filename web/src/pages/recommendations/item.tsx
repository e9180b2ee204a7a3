// One product of a preview: its reason at a glance, and opened up how it came to its place.
import { Link } from '@tanstack/react-router'
import type { PreviewItem } from '../../api'
import { money, number } from '../../format'
import { useShop } from '../../shell'
import { strings } from '../../strings'
import css from './recommendations.module.css'

const all = strings.recommendations
const words = all.preview

export function Item({ item, place }: { item: PreviewItem; place: number }) {
  const shop = useShop()
  const currency = item.currency && item.currency !== shop.currency ? { ...shop, currency: item.currency } : shop
  return (
    <li className={css.item}>
      <span className={css.place} aria-hidden>{place}</span>
      <div className={css.what}>
        <Link to="/products/$sku" params={{ sku: item.sku }} className={css.name}>{item.title}</Link>
        <span className={css.reason}>{item.reason} <span className={css.tag} data-source={item.source}>{all.sources[item.source] ?? item.source}</span></span>
      </div>
      <dl className={css.facts}>
        <div><dt className="visually-hidden">{strings.products.price}</dt><dd>{money(item.price_minor, currency)}</dd></div>
        <div><dt>{words.left}</dt><dd title={item.more_on && words.more(item.more_on)}>{item.left === undefined ? words.notCounted : number(item.left)}</dd></div>
      </dl>
      <details className={css.opened}>
        <summary>{words.how}<span className="visually-hidden">: {item.title}</span></summary>
        <dl className={css.numbers}>
          {item.parts.map((p, i) => (
            <div key={p.source + i}><dt>{all.sources[p.source] ?? p.source}{p.because_title && <span className="quiet"> {words.because(p.because_title)}</span>}</dt><dd><Bar share={p.relevance} /> {number(p.relevance, 2)}</dd></div>
          ))}
          {item.parts.length === 0 && <div><dt>{item.source === 'pinned' ? all.sources.pinned : words.filled}</dt><dd /></div>}
          {item.parts.length > 0 && <div><dt>{words.relevance} <span className="quiet">{words.after}</span></dt><dd>{number(item.relevance, 2)}</dd></div>}
          <div><dt title={words.worthHint}>{words.worth}</dt><dd>{number(item.worth, 2)} ×</dd></div>
          {item.parts.length > 0 && <div><dt>{words.score}</dt><dd>{number(item.score, 2)}</dd></div>}
          {item.send_minor !== undefined && <div><dt>{words.sending} <span className="quiet">{words.sentTo(item.zone ?? '', item.from ?? '')}</span></dt><dd>{money(item.send_minor, currency)}</dd></div>}
          <div><dt>{words.margin}</dt><dd>{item.margin_minor === undefined ? words.unknownCost : money(item.margin_minor, currency)}</dd></div>
          {item.rules.length > 0 && <div><dt>{words.rules}</dt><dd>{item.rules.join(', ')}</dd></div>}
        </dl>
      </details>
    </li>
  )
}

function Bar({ share }: { share: number }) {
  return <i className={css.bar} aria-hidden><i style={{ width: `${Math.min(1, share) * 100}%` }} /></i>
}
