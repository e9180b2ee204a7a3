// The newest facts as they come in. It asks again every two seconds while the page is looked at, and can be stopped.
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useGet } from '../../api'
import type { LatestFact, LatestFacts } from '../../api'
import { ago, instant } from '../../format'
import { ErrorState, Section, useMay, useShop } from '../../shell'
import { DataTable } from '../../table'
import { factName, words as all } from './strings'

const words = all.tail
const every = 2000

export function Tail() {
  return useMay('operator') ? <Live /> : null
}

function Live() {
  const shop = useShop()
  const [still, setStill] = useState(false)
  const query = useGet<LatestFacts>('data', '/events/latest', { limit: 30 }, { refetchInterval: still ? false : every })
  if (query.error && !query.data) return <Section title={words.title} flush><ErrorState error={query.error} retry={() => void query.refetch()} /></Section>
  const items = query.data?.items ?? []
  return (
    <Section title={words.title} under={words.under} flush actions={<Button variant="default" size="sm" onClick={() => setStill(!still)}>{still ? words.go : words.stop}</Button>}>
      {items.length === 0 ? <p className="quiet" style={{ padding: "0 16px 16px" }}>{query.data ? words.none : words.loading}</p> : (
        <DataTable<LatestFact> label={words.title} rows={items} keyOf={(f) => String(f.offset)} columns={[
          { id: 'at', label: words.columns.at, cell: (f) => <time dateTime={f.received_at} title={instant(f.received_at, shop.time_zone)}>{ago(f.received_at)}</time> },
          { id: 'kind', label: words.columns.kind, cell: (f) => factName(f.kind) },
          { id: 'about', label: words.columns.about, cell: (f) => f.about || '–' },
          { id: 'source', label: words.columns.source, low: true, cell: (f) => f.source },
          { id: 'id', label: words.columns.id, low: true, cell: (f) => <span className="quiet small">{f.id}</span> },
        ]} />
      )}
    </Section>
  )
}
