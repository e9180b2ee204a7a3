// Data: what the record holds, files on their way in, what could not be read, what is odd, and the models.
import { Link, useParams } from '@tanstack/react-router'
import { PageHeader } from '../../shell'
import { strings } from '../../strings'
import settings from '../settings/settings.module.css'
import { Import } from './import'
import { Models } from './models'
import { Quality } from './quality'
import { Quarantine } from './quarantine'
import { Sources } from './sources'

const words = strings.data
const tabs = { sources: Sources, import: Import, quarantine: Quarantine, quality: Quality, models: Models }
type Tab = keyof typeof tabs

export default function DataPage() {
  const { tab } = useParams({ strict: false })
  const current: Tab = tab !== undefined && tab in tabs ? (tab as Tab) : 'sources'
  const Body = tabs[current]
  return (
    <>
      <PageHeader title={words.title} />
      <nav className={settings.tabs} aria-label={words.title}>
        {(Object.keys(tabs) as Tab[]).map((t) => (
          <Link key={t} to="/data/{-$tab}" params={{ tab: t }} aria-current={t === current ? 'page' : undefined}>{words.tabs[t]}</Link>
        ))}
      </nav>
      <Body />
    </>
  )
}
