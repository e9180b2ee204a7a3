// The sets that a page would offer besides its list.
import { Link } from '@tanstack/react-router'
import type { ListPreview } from '../../api'
import { money } from '../../format'
import { useShop } from '../../shell'
import { strings } from '../../strings'
import css from './recommendations.module.css'

const words = strings.recommendations.preview

export function Bundles({ preview }: { preview: ListPreview }) {
  const shop = useShop()
  if (preview.bundles.length === 0) return null
  return (
    <section aria-labelledby="bundles" className={css.bundles}>
      <h3 id="bundles">{words.bundles}</h3>
      <p className="small quiet">{words.bundlesUnder}</p>
      <ul>
        {preview.bundles.map((b) => {
          const currency = { ...shop, currency: b.currency }
          return (
            <li key={b.items.map((i) => i.sku).join()}>
              <span>{b.items.map((i, n) => <span key={i.sku}>{n > 0 && ' + '}<Link to="/products/$sku" params={{ sku: i.sku }}>{i.title}</Link></span>)}<span className={css.reason}>{b.reason}</span></span>
              <span className={css.sum}><b>{money(b.price_minor, currency)}</b><span className="small quiet">{b.margin_minor === undefined ? words.unknownCost : words.earns(money(b.margin_minor, currency))}</span></span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
