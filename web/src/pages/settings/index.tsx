// Settings: the shop, people, keys, the audit log and one's own sign-in, each at its own address.
import { Link, useParams } from '@tanstack/react-router'
import { EmptyState, PageHeader } from '../../shell'
import { strings } from '../../strings'
import { Account } from './account'
import { Audit } from './audit'
import { Keys } from './keys'
import css from './settings.module.css'
import { ShopForm } from './shop'
import { Users } from './users'

const words = strings.settings

const tabs = { shop: ShopForm, users: Users, keys: Keys, audit: Audit, account: Account }
type Tab = keyof typeof tabs

export default function SettingsPage() {
  const params: { tab?: string } = useParams({ strict: false })
  const tab = params.tab ?? 'shop'
  const Shown = tab in tabs ? tabs[tab as Tab] : undefined
  return (
    <>
      <PageHeader title={words.title} />
      <nav className={css.tabs} aria-label={words.tabsLabel}>
        {(Object.keys(tabs) as Tab[]).map((t) => (
          <Link key={t} to="/settings/{-$tab}" params={{ tab: t === 'shop' ? undefined : t }} search={{}} activeOptions={{ exact: true }} aria-current={t === tab ? 'page' : undefined}>{words.tabs[t]}</Link>
        ))}
      </nav>
      {Shown ? <Shown /> : <EmptyState title={strings.shell.problem.notFound} action={{ label: words.title, to: '/settings' }} />}
    </>
  )
}
