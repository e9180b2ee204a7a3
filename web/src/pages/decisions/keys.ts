// Single keys of the inbox. They do nothing while a person types, while a dialog is open, or when they are turned off.
import { useLocalStorage } from '@mantine/hooks'
import { useEffect } from 'react'

export function useKeysEnabled(): [boolean, (on: boolean) => void] {
  const [on, set] = useLocalStorage({ key: 'almanac-single-keys', defaultValue: true })
  return [on, set]
}

/** Calls actions[key] for a bare key press. Enter is left to the element that has the focus when that is a control. */
export function useKeys(actions: Record<string, () => void>, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return undefined
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return
      const target = event.target instanceof HTMLElement ? event.target : null
      if (target?.closest('input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=dialog]')) return
      if (document.querySelector('[role=dialog], [role=menu]')) return
      if (event.key === 'Enter' && target?.closest('a, button, summary')) return
      const action = actions[event.key]
      if (!action) return
      event.preventDefault()
      action()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [actions, enabled])
}
