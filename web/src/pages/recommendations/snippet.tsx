// The element that puts a list on a page, to copy.
import { Button, CopyButton } from '@mantine/core'
import { Section } from '../../shell'
import { strings } from '../../strings'
import css from './recommendations.module.css'

const words = strings.recommendations.preview

export function Snippet({ placement, items, n, bundles }: { placement: string; items: string[]; n: number; bundles: boolean }) {
  const text = (s: string) => s.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  const attributes = [`placement="${text(placement)}"`, items.length > 0 && `product="${text(items.join(','))}"`, `n="${n}"`, bundles && 'bundles="Often bought together"'].filter(Boolean).join(' ')
  const code = `<almanac-recommend ${attributes}></almanac-recommend>`
  return (
    <Section title={words.snippet} under={words.snippetText}>
      <pre className={css.code} tabIndex={0}><code>{code}</code></pre>
      <p className={css.copy}><CopyButton value={code}>{({ copied, copy }) => <Button size="xs" variant="default" onClick={copy} aria-live="polite">{copied ? words.copied : words.copy}</Button>}</CopyButton> <span className="small quiet">{words.guide}</span></p>
    </Section>
  )
}
