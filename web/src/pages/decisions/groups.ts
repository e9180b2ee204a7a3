// Decisions by supplier: the group with most money first, and most money first in each group.
import type { DecisionSummary } from '../../api'

export interface Group {
  name: string
  items: DecisionSummary[]
  value: number
}

export function groupsOf(items: DecisionSummary[], unnamed: string): Group[] {
  const groups = new Map<string, Group>()
  for (const item of items) {
    const name = item.group || unnamed
    const group = groups.get(name) ?? { name, items: [], value: 0 }
    group.items.push(item)
    group.value += item.p50_minor ?? 0
    groups.set(name, group)
  }
  for (const group of groups.values()) group.items.sort((a, b) => (b.p50_minor ?? 0) - (a.p50_minor ?? 0))
  return [...groups.values()].sort((a, b) => b.value - a.value)
}

export interface Summed {
  low?: number
  mid?: number
  high?: number
}

/**
 * The sum of values at stake. The middles add up; the ends are summed as if all products missed or hit together, which is
 * the widest honest range without knowing how they move together.
 */
export function summed(items: DecisionSummary[]): Summed {
  const add = (field: 'p10_minor' | 'p50_minor' | 'p90_minor') => (items.some((d) => d[field] !== undefined) ? items.reduce((total, d) => total + (d[field] ?? 0), 0) : undefined)
  return { low: add('p10_minor'), mid: add('p50_minor'), high: add('p90_minor') }
}
