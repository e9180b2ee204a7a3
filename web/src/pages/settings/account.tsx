// One's own e-mail and password. Who came in by a one-time link sets both here.
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { usePost } from '../../api'
import type { User } from '../../api'
import { Section, useSigned } from '../../shell'
import { strings } from '../../strings'
import { Failure } from './failure'
import css from './settings.module.css'

const words = strings.settings.account
const least = 10

interface Changes {
  email?: string
  name?: string
  password?: string
  current_password?: string
}

export function Account() {
  const { session: { user } } = useSigned()
  const [name, setName] = useState(user.name)
  const [email, setEmail] = useState(user.email)
  const [password, setPassword] = useState('')
  const [current, setCurrent] = useState('')
  const save = usePost<Changes, User>('/me', { method: 'PUT', invalidates: ['session', 'settings', 'audit'] })
  const missing = password === '' ? 0 : Math.max(0, least - [...password].length)
  const badEmail = email !== '' && !/^\S+@\S+\.\S+$/.test(email.trim())
  const first = !user.has_password
  const submit = () => save.mutate(
    { name: name.trim(), email: email.trim(), ...(password ? { password } : {}), ...(user.has_password && (password || email.trim() !== user.email) ? { current_password: current } : {}) },
    {
      onSuccess: () => {
        setPassword('')
        setCurrent('')
        notifications.show({ message: strings.settings.saved, withBorder: true, closeButtonProps: { 'aria-label': strings.shell.close } })
      },
    },
  )
  return (
    <Section title={words.title} under={first ? words.first : words.under}>
      <form className={css.form} onSubmit={(e) => { e.preventDefault(); if (missing === 0 && !badEmail) submit() }}>
        <TextInput label={words.name} value={name} onChange={(e) => setName(e.currentTarget.value)} autoComplete="name" />
        <TextInput type="email" label={words.email} value={email} onChange={(e) => setEmail(e.currentTarget.value)} error={badEmail && words.badEmail} autoComplete="username" required withAsterisk={false} />
        <PasswordInput label={words.password} description={words.passwordHint} value={password} onChange={(e) => setPassword(e.currentTarget.value)} error={missing > 0 && words.short(missing)} autoComplete="new-password" required={first} withAsterisk={false} />
        {user.has_password && (password !== '' || email.trim() !== user.email) && <PasswordInput label={words.current} value={current} onChange={(e) => setCurrent(e.currentTarget.value)} autoComplete="current-password" required withAsterisk={false} />}
        <Failure error={save.error} />
        <Button type="submit" loading={save.isPending}>{strings.settings.save}</Button>
      </form>
    </Section>
  )
}
