// Tells of a change that did not work, beside the button that tried it.
import type { ApiError } from '../../api'
import { strings } from '../../strings'
import css from './failure.module.css'

export function Failure({ error }: { error: ApiError | null }) {
  if (!error) return null
  return (
    <div className={css.failure} role="alert">
      <p><b>{error.title}.</b> {error.message}</p>
      {error.remedy && <p>{error.remedy}</p>}
      {error.fields.map((f) => <p key={f.where + f.what}>{f.where}: {f.what}</p>)}
      <p className={css.id}>{strings.shell.problem.id}: <code>{[error.code, error.id].filter(Boolean).join(' · ')}</code></p>
    </div>
  )
}
