// How it goes on by itself: a mode, the collector, new files.
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { usePost } from '../../api'
import type { Shop } from '../../api'
import { ErrorState, Section, useMay, useShop } from '../../shell'
import { strings } from '../../strings'
import css from './start.module.css'

const words = strings.start.goOn

export function GoOn({ onSeen }: { onSeen: () => void }) {
  const shop = useShop()
  const may = useMay('admin')
  const [copied, setCopied] = useState(false)
  const save = usePost<Partial<Shop>, Shop>('/shop', { method: 'PUT', invalidates: ['session', 'decisions'] })
  const snippet = `<script async src="${location.origin}/almanac.js" data-key="YOUR_WRITE_KEY"></script>`
  const copy = () => { void navigator.clipboard.writeText(snippet).then(() => { setCopied(true); onSeen() }, () => undefined) }
  const to = shop.mode === 'shadow' ? 'approve' : 'shadow'
  return (
    <>
      <Section title={words.modeTitle} under={words.mode}>
        <p className={css.mode}>{words.now(words.modes[shop.mode] ?? shop.mode)}</p>
        {may ? <Button loading={save.isPending} onClick={() => save.mutate({ mode: to }, { onSuccess: onSeen })}>{words[to]}</Button> : <p className="quiet small">{words.admin}</p>}
        {save.error && <ErrorState error={save.error} />}
      </Section>
      <Section title={words.snippetTitle} under={words.snippet} actions={<Button size="xs" variant="default" onClick={copy}>{copied ? words.copied : words.copy}</Button>}>
        <pre className={css.snippet} tabIndex={0}>{snippet}</pre>
        <p className="quiet small">{words.key} <Link to="/settings/{-$tab}" params={{ tab: 'keys' }}>{words.keyLink}</Link></p>
      </Section>
      <Section title={words.digestTitle} under={words.digest}><Link to="/digest">{words.digestLink}</Link></Section>
      <Section title={words.thenTitle}><p>{words.then}</p></Section>
    </>
  )
}
