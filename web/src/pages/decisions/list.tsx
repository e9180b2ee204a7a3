// The inbox list: suppliers with most money first, decisions with most money first in each.
import { Checkbox } from '@mantine/core'
import { IconFlask2 } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { DecisionSummary } from '../../api'
import { ago, moneyRange, moneyShort, number } from '../../format'
import { useShop } from '../../shell'
import { strings } from '../../strings'
import type { Group } from './groups'
import css from './list.module.css'
import { Status } from './status'

const words = strings.decisions

interface Props {
  groups: Group[]
  open?: string
  selected: ReadonlySet<string>
  /** Whether boxes are shown: not for people who may not approve. */
  selectable: boolean
  onSelect: (ids: string[], on: boolean) => void
}

export function List({ groups, open, selected, selectable, onSelect }: Props) {
  return (
    <div className={css.list} role="region" aria-label={words.list}>
      {groups.map((group) => <GroupOf key={group.name} group={group} open={open} selected={selected} selectable={selectable} onSelect={onSelect} />)}
    </div>
  )
}

function GroupOf({ group, open, selected, selectable, onSelect }: Omit<Props, 'groups'> & { group: Group }) {
  const shop = useShop()
  const can = group.items.filter((d) => d.status === 'proposed')
  const chosen = can.filter((d) => selected.has(d.id)).length
  return (
    <section aria-label={group.name}>
      <header className={css.group}>
        {selectable && can.length > 0 && (
          <Checkbox size="sm" aria-label={words.selectGroup(group.name)} checked={chosen === can.length} indeterminate={chosen > 0 && chosen < can.length} onChange={(e) => onSelect(can.map((d) => d.id), e.currentTarget.checked)} />
        )}
        <h2 className={css.groupName}>{group.name}</h2>
        <span className={css.groupMore}>{group.items.length === 1 ? words.groupOne : words.group(number(group.items.length))}{group.value > 0 && ` · ${moneyShort(group.value, shop)}`}</span>
      </header>
      <ul>
        {group.items.map((d) => <Row key={d.id} decision={d} open={d.id === open} selected={selected.has(d.id)} selectable={selectable} onSelect={(on) => onSelect([d.id], on)} />)}
      </ul>
    </section>
  )
}

function Row({ decision: d, open, selected, selectable, onSelect }: { decision: DecisionSummary; open: boolean; selected: boolean; selectable: boolean; onSelect: (on: boolean) => void }) {
  const shop = useShop()
  const row = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (open) row.current?.scrollIntoView({ block: 'nearest' })
  }, [open])
  const [value, range] = moneyRange(d.p10_minor, d.p50_minor, d.p90_minor, shop).split(' (')
  return (
    <li ref={row} className={css.row} data-open={open || undefined} data-selected={selected || undefined}>
      {selectable && <div className={css.box}>{d.status === 'proposed' && <Checkbox size="sm" aria-label={words.select(d.title)} checked={selected} onChange={(e) => onSelect(e.currentTarget.checked)} />}</div>}
      <Link to="/decisions/{-$id}" params={{ id: d.id }} search resetScroll={false} className={css.link} aria-current={open ? 'true' : undefined}>
        <span className={css.what}><b>{d.title}</b><span>{d.subject}{d.synthetic && <IconFlask2 size={14} role="img" aria-label={words.synthetic} />}</span></span>
        <span className={css.action}>{d.action}</span>
        <span className={css.money}><b>{value}</b>{range && <span>{range.replace(')', '')}</span>}</span>
        <span className={css.state}>{d.status !== 'proposed' ? <Status status={d.status} /> : d.expires_at ? words.expires(ago(d.expires_at)) : ''}</span>
      </Link>
    </li>
  )
}
