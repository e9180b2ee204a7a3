// A text that is shown once, with a button that copies it.
import { Button, CopyButton } from '@mantine/core'
import { strings } from '../../strings'
import css from './settings.module.css'

const words = strings.settings.keys

export function Secret({ value }: { value: string }) {
  return (
    <div className={css.secret}>
      <code>{value}</code>
      <CopyButton value={value}>{({ copied, copy }) => <Button variant="default" onClick={copy} aria-live="polite">{copied ? words.copied : words.copy}</Button>}</CopyButton>
    </div>
  )
}
