// The three leaks that cost most.
import { Link } from '@tanstack/react-router'
import type { Leak } from '../../api'
import { Section } from '../../shell'
import { strings } from '../../strings'
import { Leaks } from '../home/leaks'

const words = strings.start.leaks

export function CostliestLeaks({ leaks }: { leaks: Leak[] }) {
  const cost = (l: Leak) => l.mid_minor ?? l.high_minor ?? -1
  return (
    <Section title={words.title} under={words.under} actions={<Link to="/">{words.all}</Link>} flush>
      <Leaks leaks={[...leaks].sort((a, b) => cost(b) - cost(a)).slice(0, 3)} />
    </Section>
  )
}
