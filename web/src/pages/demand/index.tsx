// Demand: what will be asked for of products, categories, places and the shop, how good such forecasts were, what was set by hand, and the shop's own forecast.
import { Link } from '@tanstack/react-router'
import { PageHeader, useUrlState } from '../../shell'
import { strings } from '../../strings'
import settings from '../settings/settings.module.css'
import { Accuracy } from './accuracy'
import { Adjusted } from './adjusted'
import { Level } from './level'
import { List } from './list'
import { Own } from './own'
import { Places } from './places'

const words = strings.demand
const tabs = { products: List, level: Level, places: Places, accuracy: Accuracy, adjusted: Adjusted, own: Own }
type Tab = keyof typeof tabs

export default function DemandPage() {
  const [url] = useUrlState()
  const current: Tab = url.tab !== undefined && url.tab in tabs ? (url.tab as Tab) : 'products'
  const Body = tabs[current]
  return (
    <>
      <PageHeader title={words.title} />
      <nav className={settings.tabs} aria-label={words.title}>
        {(Object.keys(tabs) as Tab[]).map((t) => <Link key={t} to="/demand" search={{ tab: t } as Record<string, string>} aria-current={t === current ? 'page' : undefined}>{words.tabs[t]}</Link>)}
      </nav>
      <Body />
    </>
  )
}
