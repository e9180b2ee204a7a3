// Says on the page itself that figures come from sources labelled synthetic.
import { IconFlask2 } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { strings } from '../strings'
import css from './synthetic.module.css'

const words = strings.shell.synthetic

/** Nothing where no source is synthetic. `children` replaces the sentence that names the sources. */
export function SyntheticNote({ sources, children }: { sources: string[] | undefined; children?: ReactNode }) {
  if (!sources || sources.length === 0) return null
  return (
    <p className={css.note}>
      <IconFlask2 size={16} stroke={1.75} aria-hidden />
      <span><b>{words.title}.</b> {children ?? words.text(sources)}</span>
    </p>
  )
}
