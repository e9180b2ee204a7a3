// The words that lists say themselves.
export const words = {
  sort: 'Sort by', down: 'Highest first', up: 'Lowest first', csv: 'Export CSV', showAll: (n: string) => `Show all ${n}`,
}
