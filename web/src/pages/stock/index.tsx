// Stock: what is there and how long it lasts, what to order from whom, what may come late, how suppliers deliver, and by which
// rules all of that is ordered, and what the past would have cost by others.
import { Link } from '@tanstack/react-router'
import { PageHeader, useUrlState } from '../../shell'
import { strings } from '../../strings'
import settings from '../settings/settings.module.css'
import { Levels } from './levels'
import { Orders } from './orders'
import { Replay } from './replay'
import { Rules } from './rules'
import { Suppliers } from './suppliers'
import { Warnings } from './warnings'

const words = strings.stock
const tabs = { levels: Levels, orders: Orders, warnings: Warnings, suppliers: Suppliers, rules: Rules, replay: Replay }
type Tab = keyof typeof tabs

export default function StockPage() {
  const [url] = useUrlState()
  const current: Tab = url.tab !== undefined && url.tab in tabs ? (url.tab as Tab) : 'levels'
  const Body = tabs[current]
  return (
    <>
      <PageHeader title={words.title} />
      <nav className={settings.tabs} aria-label={words.title}>
        {(Object.keys(tabs) as Tab[]).map((t) => <Link key={t} to="/stock" search={{ tab: t } as Record<string, string>} aria-current={t === current ? 'page' : undefined}>{words.tabs[t]}</Link>)}
      </nav>
      <Body />
    </>
  )
}
