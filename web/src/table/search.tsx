// The search field of a list: what is typed goes into the address after a moment.
import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useUrlState } from '../shell'

export function SearchField({ label }: { label: string }) {
  const [url, setUrl] = useUrlState()
  const [text, setText] = useState(url.q ?? '')
  // The address may also change without typing: by the back button, or by a link that leaves the search away.
  const [seen, setSeen] = useState(url.q)
  const [sent, setSent] = useState(url.q ?? '')
  if (url.q !== seen) {
    setSeen(url.q)
    if ((url.q ?? '') !== sent) {
      setSent(url.q ?? '')
      setText(url.q ?? '')
    }
  }
  const ask = useDebouncedCallback((q: string) => { setSent(q); setUrl({ q, offset: undefined }) }, 250)
  return (
    <TextInput
      type="search" aria-label={label} placeholder={label} value={text} leftSection={<IconSearch size={16} aria-hidden />}
      onChange={(e) => { setText(e.currentTarget.value); ask(e.currentTarget.value.trim()) }}
    />
  )
}
