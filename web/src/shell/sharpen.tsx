// Which file would make a figure surer, and the way to add it.
import { IconFilePlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Sharpen } from '../api'
import { strings } from '../strings'
import css from './sharpen.module.css'

const kinds: [RegExp, string][] = [
  [/stock/i, 'stock'],
  [/cost/i, 'costs'],
  [/lead|suppl/i, 'supply'],
  [/customer|consent/i, 'customers'],
  [/product|catalog/i, 'products'],
  [/event|view/i, 'events'],
  [/order/i, 'orders'],
]

/** The import kind that a file named in words belongs to: "stock counts" → "stock"; undefined where there is none. */
export function kindOf(file: string): string | undefined {
  return kinds.find(([pattern]) => pattern.test(file))?.[1]
}

export function SharpenLinks({ sharpen, label }: { sharpen: Sharpen[]; label?: string }) {
  return (
    <ul className={css.list} aria-label={label}>
      {sharpen.map((s) => (
        <li key={s.file} className={css.item}>
          <Link to="/data/{-$tab}" params={{ tab: 'import' }} search={kindOf(s.file) ? { kind: kindOf(s.file) ?? '' } : {}} className={css.link}>
            <IconFilePlus size={16} stroke={1.6} aria-hidden />{strings.shell.add(s.file)}
          </Link>
          <span className={css.why}>{s.why}</span>
        </li>
      ))}
    </ul>
  )
}
