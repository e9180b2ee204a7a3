// What a page shows when it has nothing yet, cannot load, or is loading; and the one look of how sure a figure is.
import { Button, Skeleton, Tooltip } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ApiError } from '../api'
import type { Basis } from '../api'
import { strings } from '../strings'
import css from './states.module.css'

const words = strings.shell

/** What will be here, what is missing, and the button that gets it. `to` is an address of the dashboard. */
export function EmptyState(props: { title: string; children?: ReactNode; action?: { label: string; to: string } | ReactNode; art?: ReactNode }) {
  const { action } = props
  return (
    <div className={css.state}>
      {props.art}
      <h2 className={css.title}>{props.title}</h2>
      {props.children !== undefined && <div className={css.text}>{props.children}</div>}
      {action !== undefined && <div className={css.action}>{isLink(action) ? <Button component={Link} to={action.to}>{action.label}</Button> : action}</div>}
    </div>
  )
}

function isLink(action: unknown): action is { label: string; to: string } {
  return typeof action === 'object' && action !== null && 'to' in action && 'label' in action
}

/** What happened, what to do, and an id to quote. Understands ApiError; `retry` adds the button. */
export function ErrorState({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }) {
  const problem = error instanceof ApiError ? error : undefined
  const detail = error instanceof Error ? error.message : String(error)
  return (
    <div className={css.state} role="alert">
      <h2 className={css.title}>{title ?? problem?.title ?? words.problem.what}</h2>
      <p className={css.text}>{detail}</p>
      {problem?.remedy && <p className={css.text}><b>{words.problem.remedy}:</b> {problem.remedy}</p>}
      {problem?.fields.map((f) => <p key={f.where + f.what} className={css.text}>{f.where}: {f.what}</p>)}
      {problem && <p className={css.id}>{words.problem.id}: <code>{[problem.code, problem.id].filter(Boolean).join(' · ')}</code></p>}
      {retry && <div className={css.action}><Button variant="default" onClick={retry}>{words.problem.again}</Button></div>}
    </div>
  )
}

/** Grey shapes of a page that is on its way: a title, a row of figures and `rows` lines. */
export function PageSkeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div className={css.skeleton} role="status" aria-label={words.loading}>
      <Skeleton height={28} width="32%" />
      <Skeleton height={120} />
      {Array.from({ length: rows }, (_, i) => <Skeleton key={i} height={32} width={`${100 - (i % 3) * 9}%`} />)}
    </div>
  )
}

/** How a figure is known. Solid = measured, hatched = estimated, dashed outline = assumed, dotted outline = unknown; the same everywhere. */
export function Tag({ basis, children }: { basis: Basis; children?: ReactNode }) {
  return (
    <Tooltip label={words.basis.explain[basis]}>
      <span className={css.tag} data-basis={basis} tabIndex={0}>{children ?? words.basis[basis]}</span>
    </Tooltip>
  )
}
