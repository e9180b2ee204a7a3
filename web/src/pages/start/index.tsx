// The first hour: from exports to the first orders. What is done follows from the shop itself or is remembered in this browser,
// so that one can leave and go on.
import { IconCheck } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { useGet } from '../../api'
import type { DecisionList, Home } from '../../api'
import { EmptyState, ErrorState, PageHeader, PageSkeleton, useShop } from '../../shell'
import { strings } from '../../strings'
import { Files } from './files'
import { GoOn } from './goon'
import { CostliestLeaks } from './leaks'
import { Match } from './match'
import { Orders } from './orders'
import css from './start.module.css'
import { useSeen } from './seen'

const words = strings.start

const steps = ['files', 'match', 'leaks', 'orders', 'goOn'] as const
export type Step = (typeof steps)[number]

export default function StartPage() {
  const params: { step?: string } = useParams({ strict: false })
  const shop = useShop()
  const home = useGet<Home>('home', '/home')
  const inbox = useGet<DecisionList>('decisions', '/decisions', { limit: 1 })
  const [seen, mark] = useSeen(shop.id)
  if (home.error && !home.data) return <ErrorState error={home.error} retry={() => void home.refetch()} />
  if (!home.data) return <PageSkeleton />
  const acted = Object.entries(inbox.data?.by_status ?? {}).some(([status, n]) => n > 0 && ['approved', 'applied', 'rejected'].includes(status))
  const done: Record<Step, boolean> = { files: home.data.coverage !== undefined, match: seen.includes('match'), leaks: seen.includes('leaks'), orders: acted, goOn: shop.mode === 'shadow' || seen.includes('goOn') }
  const step = (params.step ?? steps.find((s) => !done[s]) ?? 'files') as Step
  const at = steps.indexOf(step)
  const next = steps[at + 1]
  return (
    <>
      <PageHeader title={words.title}>{words.under}</PageHeader>
      <nav aria-label={words.stepsLabel}>
        <ol className={css.steps}>
          {steps.map((s, i) => (
            <li key={s}>
              <Link to="/start/{-$step}" params={{ step: s }} search={{}} aria-current={s === step ? 'step' : undefined} data-done={done[s] || undefined}>
                <span className={css.mark} aria-hidden>{done[s] ? <IconCheck size={14} stroke={2.4} /> : i + 1}</span>
                <span>{words.steps[s]}{done[s] && <span className="visually-hidden"> ({words.done})</span>}<small>{words.minutes[s]}</small></span>
              </Link>
            </li>
          ))}
        </ol>
      </nav>
      <div className={css.stack}>
        {step === 'files' && <Files home={home.data} />}
        {step === 'match' && <Match onAgree={() => mark('match')} agreed={done.match} />}
        {step === 'leaks' && <CostliestLeaks leaks={home.data.leaks} />}
        {step === 'orders' && <Orders />}
        {step === 'goOn' && <GoOn onSeen={() => mark('goOn')} />}
        {at < 0 && <EmptyState title={strings.shell.problem.notFound} action={{ label: words.title, to: '/start' }} />}
        {next && at >= 0 && <p className={css.next}><Link to="/start/{-$step}" params={{ step: next }} search={{}} onClick={() => { if (step === 'leaks') mark('leaks') }}>{words.next(words.steps[next])}</Link></p>}
      </div>
    </>
  )
}
