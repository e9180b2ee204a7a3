// A field that tells what was typed when it is left or Enter is pressed, and only where it changed and is right.
import { TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'

interface Props {
  label: ReactNode
  value: string
  onCommit: (value: string) => void
  /** Answers what is wrong with a value. */
  check?: (value: string) => string | undefined
  type?: 'text' | 'date'
  upper?: boolean
  description?: ReactNode
  list?: string
}

export function Commit({ label, value, onCommit, check, type = 'text', upper, description, list }: Props) {
  const [text, setText] = useState(value)
  const [known, setKnown] = useState(value)
  if (value !== known) {
    setKnown(value)
    setText(value)
  }
  const [wrong, setWrong] = useState<string>()
  const commit = () => {
    const next = text.trim()
    if (next === value || next === '') return
    const problem = check?.(next)
    setWrong(problem)
    if (!problem) onCommit(next)
  }
  return (
    <TextInput
      label={label} type={type} value={text} error={wrong} description={description} inputWrapperOrder={['label', 'input', 'error', 'description']} list={list}
      onChange={(e) => { setWrong(undefined); setText(upper ? e.currentTarget.value.toUpperCase() : e.currentTarget.value) }}
      onBlur={commit} onKeyDown={(e) => { if (e.key === 'Enter') commit() }}
    />
  )
}
