// Steps through a list that the server pages. The offset lives in the address.
import { Button } from '@mantine/core'
import { number } from '../format'
import { strings } from '../strings'
import css from './pager.module.css'

const words = strings.shell.page

export function Pager({ offset, limit, total, onChange }: { offset: number; limit: number; total: number; onChange: (offset: number) => void }) {
  if (total <= limit && offset === 0) return null
  return (
    <nav className={css.pager} aria-label={words.label}>
      <span className={css.text}>{words.of(number(Math.min(offset + 1, total)), number(Math.min(offset + limit, total)), number(total))}</span>
      <Button variant="default" size="xs" disabled={offset === 0} onClick={() => onChange(Math.max(0, offset - limit))}>{words.previous}</Button>
      <Button variant="default" size="xs" disabled={offset + limit >= total} onClick={() => onChange(offset + limit)}>{words.next}</Button>
    </nav>
  )
}
