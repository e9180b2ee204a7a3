// On site: what a page would show and why, the shop's rules, what lists earned, and how far they reach.
import { Link, useParams } from '@tanstack/react-router'
import { EmptyState, PageHeader } from '../../shell'
import { strings } from '../../strings'
import settings from '../settings/settings.module.css'
import { Earned } from './earned'
import { Preview } from './preview'
import { Reach } from './reach'
import { Rules } from './rules'

const words = strings.recommendations

const tabs = { preview: Preview, rules: Rules, earned: Earned, reach: Reach }
type Tab = keyof typeof tabs

export default function RecommendationsPage() {
  const params: { tab?: string } = useParams({ strict: false })
  const tab = params.tab ?? 'preview'
  const Shown = tab in tabs ? tabs[tab as Tab] : undefined
  return (
    <>
      <PageHeader title={words.title}>{words.under}</PageHeader>
      <nav className={settings.tabs} aria-label={words.tabsLabel}>
        {(Object.keys(tabs) as Tab[]).map((t) => (
          <Link key={t} to="/recommendations/{-$tab}" params={{ tab: t === 'preview' ? undefined : t }} search={{}} activeOptions={{ exact: true }} aria-current={t === tab ? 'page' : undefined}>{words.tabs[t]}</Link>
        ))}
      </nav>
      {Shown ? <Shown /> : <EmptyState title={strings.shell.problem.notFound} action={{ label: words.title, to: '/recommendations' }} />}
    </>
  )
}
