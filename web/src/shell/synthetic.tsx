// Says on the page itself that figures come from sources labelled synthetic.
import { IconFlask2 } from '@tabler/icons-react'
import { strings } from '../strings'
import css from './synthetic.module.css'

const words = strings.shell.synthetic

/** Nothing where no source is synthetic. */
export function SyntheticNote({ sources }: { sources: string[] | undefined }) {
  if (!sources || sources.length === 0) return null
  return (
    <p className={css.note}>
      <IconFlask2 size={16} stroke={1.75} aria-hidden />
      <span><b>{words.title}.</b> {words.text(sources)}</span>
    </p>
  )
}
