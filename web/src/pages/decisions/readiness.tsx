// Why nothing, or not everything, can be proposed, and the file that changes it.
import { IconInfoCircle } from '@tabler/icons-react'
import type { Readiness } from '../../api'
import { SharpenLinks } from '../../shell'
import { strings } from '../../strings'
import css from './readiness.module.css'

const words = strings.decisions.empty

export function ReadinessNotes({ readiness }: { readiness: Readiness[] }) {
  const notes = readiness.filter((r) => r.missing.length > 0)
  if (notes.length === 0) return null
  return (
    <ul className={css.notes}>
      {notes.map((r) => (
        <li key={r.programme} className={css.note} data-blocked={!r.ready || undefined}>
          <IconInfoCircle size={20} stroke={1.6} aria-hidden />
          <div>
            <h2 className={css.title}>{r.ready ? words.partly(r.title) : words.notReady(r.title)}</h2>
            {!r.ready && <p className={css.text}>{words.notReadyText}</p>}
            <SharpenLinks sharpen={r.missing} />
          </div>
        </li>
      ))}
    </ul>
  )
}
