// Data: what the record holds, files on their way in, what could not be read, what is odd, and the models.
import { Link, useParams } from '@tanstack/react-router'
import { useGet } from '../../api'
import type { Data } from '../../api'
import { numberShort } from '../../format'
import { PageHeader } from '../../shell'
import settings from '../settings/settings.module.css'
import css from './data.module.css'
import { Import } from './import'
import { Models } from './models'
import { Quality } from './quality'
import { Quarantine } from './quarantine'
import { Sources } from './sources'
import { words } from './strings'

const tabs = { sources: Sources, import: Import, quarantine: Quarantine, quality: Quality, models: Models }
type Tab = keyof typeof tabs

export default function DataPage() {
  const { tab } = useParams({ strict: false })
  const data = useGet<Data>('data', '/data')
  const current: Tab = tab !== undefined && tab in tabs ? (tab as Tab) : 'sources'
  const Body = tabs[current]
  const counts: Partial<Record<Tab, number>> = { quarantine: data.data?.quarantined, quality: data.data?.findings.length }
  return (
    <>
      <PageHeader title={words.title} />
      <nav className={settings.tabs} aria-label={words.title}>
        {(Object.keys(tabs) as Tab[]).map((t) => {
          const count = counts[t]
          return <Link key={t} to="/data/{-$tab}" params={{ tab: t }} aria-current={t === current ? 'page' : undefined}>{words.tabs[t]}{count ? <span className={css.count}>{numberShort(count)}</span> : null}</Link>
        })}
      </nav>
      <Body />
    </>
  )
}
