// An import while it runs and its account: every row is accepted, a duplicate, left out or in quarantine.
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ImportReport } from '../../api'
import { ApiError } from '../../api'
import { number } from '../../format'
import { ErrorState, Section } from '../../shell'
import css from './data.module.css'
import { JobProgress, useJob } from './job'
import { reasonName, words as all } from './strings'

const words = all.import

export function Account({ job, name, onDone }: { job: string; name: string; onDone: () => void }) {
  const state = useJob(job)
  if (!state || state.status === 'running') return <Section title={`${name}: ${words.running}`}><JobProgress id={job} /></Section>
  const r = state.report
  const close = <Button size="sm" variant="default" onClick={onDone}>{words.discard}</Button>
  if (state.status !== 'done' || !r) {
    const stopped = state.status === 'cancelled'
    return (
      <Section title={`${name}: ${stopped ? words.cancelled : words.failed}`} actions={close}>
        {stopped ? <p>{state.message}</p> : <ErrorState error={new ApiError(500, { title: words.failed, detail: state.error, remedy: state.remedy, code: 'import_failed', id: job })} />}
        {r && r.read > 0 && <Sum report={r} />}
      </Section>
    )
  }
  return (
    <Section
      title={`${name}: ${words.done(number(r.read))}`} under={`${words.account}. ${words.newFacts(number(r.facts), number(r.seconds, 1))}.`}
      actions={<div className={css.actions}><Button size="sm" variant="default" onClick={onDone}>{words.another}</Button><Button size="sm" component={Link} to="/">{words.home}</Button></div>}
    >
      <Sum report={r} />
    </Section>
  )
}

/** read = accepted + duplicates + left out + quarantined, as a bar and as numbers, and why. */
export function Sum({ report: r }: { report: ImportReport }) {
  const parts: [string, number, string][] = [[words.accepted, r.accepted, 'accepted'], [words.duplicates, r.duplicates, 'duplicates'], [words.filtered, r.filtered, 'filtered'], [words.quarantined, r.quarantined, 'quarantined']]
  const reasons = Object.entries(r.by_reason ?? {}).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1])
  return (
    <>
      <div className={css.sumBar} aria-hidden>{parts.filter(([, n]) => n > 0).map(([k, n, code]) => <i key={k} data-part={code} style={{ flexGrow: n }} />)}</div>
      <dl className={css.account} data-testid="account">{parts.map(([k, v, code]) => <div key={k}><dt><i data-part={code} aria-hidden />{k}</dt><dd>{number(v)}</dd></div>)}</dl>
      {reasons.length > 0 && (
        <table className={css.reasons}>
          <caption>{words.reasons}</caption>
          <tbody>
            {reasons.map(([code, n]) => (
              <tr key={code}>
                <th scope="row">{all.leftOut.includes(code) || all.assumed(code) ? reasonName(code) : <Link to="/data/{-$tab}" params={{ tab: 'quarantine' }} search={{ reason: code } as Record<string, string>}>{reasonName(code)}</Link>}</th>
                <td>{number(n)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {r.quarantined > 0 && <p className={css.below}><Link to="/data/{-$tab}" params={{ tab: 'quarantine' }}>{words.see}</Link></p>}
    </>
  )
}
