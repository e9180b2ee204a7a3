// Which steps somebody has looked at, by shop, in this browser.
import { useCallback, useState } from 'react'

const key = (shop: string) => `almanac.start.${shop}`

function read(shop: string): string[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(key(shop)) ?? '[]')
    return Array.isArray(list) ? list.filter((s): s is string => typeof s === 'string') : []
  } catch {
    return []
  }
}

export function useSeen(shop: string): [string[], (step: string) => void] {
  const [seen, setSeen] = useState(() => read(shop))
  const mark = useCallback((step: string) => {
    const next = [...new Set([...read(shop), step])]
    try { localStorage.setItem(key(shop), JSON.stringify(next)) } catch { /* a private window: remembered until it closes */ }
    setSeen((before) => [...new Set([...before, step])])
  }, [shop])
  return [seen, mark]
}
