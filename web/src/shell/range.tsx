// The time range at the top. It lives in the address (from, to) and applies to every page that shows figures over time.
import { Button, Popover } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCalendar } from '@tabler/icons-react'
import { useState } from 'react'
import { useGet } from '../api'
import type { Home } from '../api'
import { addDays, dayRange } from '../format'
import { strings } from '../strings'
import css from './range.module.css'
import { useUrlState } from './url'

const words = strings.shell.range

export function TimeRange() {
  const [{ from, to }, setUrl] = useUrlState()
  const [opened, popover] = useDisclosure(false)
  // The presets end where the shop's records end, which may be long before today.
  const home = useGet<Home>('home', '/home', {}, { enabled: opened })
  const coverage = home.data?.coverage
  const choose = (next: { from?: string; to?: string }) => {
    setUrl({ from: next.from, to: next.to, offset: undefined }, { push: true })
    popover.close()
  }
  return (
    <Popover opened={opened} onChange={(o) => !o && popover.close()} position="bottom-start" width={336} trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Button variant="default" size="sm" h={36} px={12} className={css.target} leftSection={<IconCalendar size={16} stroke={1.6} aria-hidden />} onClick={popover.toggle} aria-label={`${words.label}: ${from && to ? dayRange(from, to) : words.all}`}>
          <span className={css.label}>{from && to ? dayRange(from, to) : words.all}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={words.label}>
        <div className={css.presets}>
          <button type="button" onClick={() => choose({})} aria-pressed={!from}>{words.all}</button>
          {coverage && [30, 90, 365].map((days) => {
            const start = addDays(coverage.to, 1 - days)
            return <button key={days} type="button" aria-pressed={from === start && to === coverage.to} onClick={() => choose({ from: start, to: coverage.to })}>{days === 365 ? words.year : words.last(days)}</button>
          })}
        </div>
        <Custom key={`${from} ${to} ${coverage?.to}`} from={from ?? coverage?.from} to={to ?? coverage?.to} onChoose={choose} />
      </Popover.Dropdown>
    </Popover>
  )
}

function Custom({ from, to, onChoose }: { from?: string; to?: string; onChoose: (range: { from: string; to: string }) => void }) {
  const [start, setStart] = useState(from ?? '')
  const [end, setEnd] = useState(to ?? '')
  const wrong = start !== '' && end !== '' && start > end
  return (
    <form className={css.custom} onSubmit={(e) => { e.preventDefault(); if (start && end && !wrong) onChoose({ from: start, to: end }) }}>
      <label>{words.from}<input type="date" value={start} required onChange={(e) => setStart(e.target.value)} /></label>
      <label>{words.to}<input type="date" value={end} required onChange={(e) => setEnd(e.target.value)} aria-invalid={wrong} /></label>
      {wrong && <p role="alert">{words.invalid}</p>}
      <Button type="submit" size="sm" disabled={wrong || !start || !end}>{words.apply}</Button>
    </form>
  )
}
