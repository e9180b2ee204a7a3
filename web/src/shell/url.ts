// State that belongs in the address: filters, sorting, pages, the time range. A link shows the other person the same view.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'

export type Search = Record<string, string>

/** The flat text parameters of the address, and a way to change some of them (undefined or '' removes one). */
export function useUrlState(): [Search, (changes: Record<string, string | number | undefined>, options?: { push?: boolean }) => void] {
  const search: Search = useSearch({ strict: false })
  const navigate = useNavigate()
  const set = useCallback(
    (changes: Record<string, string | number | undefined>, options: { push?: boolean } = {}) => {
      void navigate({
        to: '.',
        replace: !options.push,
        resetScroll: false,
        search: (before: Search) => {
          // An explicit undefined, not an absence: absent parameters that travel along would come back.
          const next: Record<string, string | undefined> = { ...before }
          for (const [name, value] of Object.entries(changes)) next[name] = value === undefined || value === '' ? undefined : String(value)
          return next as Search
        },
      })
    },
    [navigate],
  )
  return [search, set]
}

/** The time range chosen at the top: days of the shop, absent = everything the shop has. */
export function useTimeRange(): { from?: string; to?: string } {
  const [{ from, to }] = useUrlState()
  return { from, to }
}
