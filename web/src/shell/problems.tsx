// Addresses that lead nowhere, and pages that stopped working.
import { useRouter } from '@tanstack/react-router'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { ApiError } from '../api'
import { strings } from '../strings'
import { EmptyState, ErrorState } from './states'

const words = strings.shell.problem

export function NotFound() {
  return (
    <EmptyState title={words.notFound} action={{ label: words.toHome, to: '/' }}>
      {words.notFoundText}
    </EmptyState>
  )
}

export function RouteError({ error }: ErrorComponentProps) {
  const router = useRouter()
  const detail = error instanceof Error ? error.message : String(error)
  const problem = error instanceof ApiError ? error : new ApiError(0, { title: words.crash, detail, code: 'page_failed', remedy: words.crashRemedy }, errorId(detail))
  return <ErrorState error={problem} retry={() => void router.invalidate()} />
}

/** The same failure gets the same short id, so that two reports of it can be matched. */
function errorId(text: string): string {
  let hash = 2166136261
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619)
  return (hash >>> 0).toString(36)
}
