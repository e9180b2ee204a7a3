// An import while it runs and its account: every row is accepted, a duplicate, left out or in quarantine.
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { number } from '../../format'
import { ErrorState, Section } from '../../shell'
import { strings } from '../../strings'
import css from './data.module.css'
import { JobProgress, useJob } from './job'

const words = strings.data.import

export function Account({ job, name, onAgain }: { job: string; name: string; onAgain: () => void }) {
  const state = useJob(job)
  if (!state || state.status === 'running') return <Section title={`${name}: ${words.running}`}><JobProgress id={job} /></Section>
  const r = state.report
  if (state.status !== 'done' || !r) {
    return (
      <Section title={`${name}: ${state.status === 'cancelled' ? words.cancelled : words.failed}`} actions={<Button size="sm" variant="default" onClick={onAgain}>{words.discard}</Button>}>
        <ErrorState error={new Error([state.error, state.remedy].filter(Boolean).join(' '))} title={words.failed} />
      </Section>
    )
  }
  const parts: [string, number][] = [[words.accepted, r.accepted], [words.duplicates, r.duplicates], [words.filtered, r.filtered], [words.quarantined, r.quarantined]]
  return (
    <Section title={`${name}: ${words.done(number(r.read))}`} under={`${words.account}. ${words.newFacts(number(r.facts), number(r.seconds, 1))}.`}
      actions={<div className={css.actions}><Button size="sm" variant="default" onClick={onAgain}>{words.another}</Button><Button size="sm" component={Link} to="/">{words.home}</Button></div>}>
      <dl className={css.account} data-testid="account">{parts.map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{number(v)}</dd></div>)}</dl>
      {Object.keys(r.by_reason ?? {}).length > 0 && <p>{Object.entries(r.by_reason).map(([k, v]) => `${k.replaceAll('_', ' ')}: ${number(v)}`).join(' · ')}</p>}
      {r.quarantined > 0 && <p><Link to="/data/{-$tab}" params={{ tab: 'quarantine' }}>{words.see}</Link></p>}
    </Section>
  )
}
