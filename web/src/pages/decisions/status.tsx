// How a decision's status looks: a word with a shape, so that colour is never the only sign.
import { IconCheck, IconChecks, IconCircle, IconClockOff, IconEye, IconHandStop, IconReplace, IconX, IconAlertTriangle } from '@tabler/icons-react'
import type { DecisionStatus } from '../../api'
import { strings } from '../../strings'
import css from './status.module.css'

const icons: Record<DecisionStatus, typeof IconCheck> = {
  proposed: IconCircle, approved: IconCheck, applied: IconChecks, failed: IconAlertTriangle, rejected: IconX, expired: IconClockOff, superseded: IconReplace, held_out: IconHandStop, shadow: IconEye,
}

export function Status({ status }: { status: DecisionStatus }) {
  const Icon = icons[status] ?? IconCircle
  return <span className={css.status} data-status={status}><Icon size={14} stroke={2} aria-hidden />{strings.decisions.status[status] ?? status}</span>
}
