// Signing in: by e-mail and password, or by a one-time link (/sign-in?token=…), which leads on to setting both.
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { FormEvent } from 'react'
import { setRequestContext, usePost } from '../../api'
import type { Session } from '../../api'
import { ErrorState, useUrlState } from '../../shell'
import { strings } from '../../strings'
import css from './signin.module.css'

const words = strings.settings.signIn

type Credentials = { email: string; password: string } | { token: string }

/** Only addresses of this dashboard: a link must not be able to send people elsewhere after signing in. */
function inside(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/'
}

export default function SignInPage() {
  const [{ token, next }, setUrl] = useUrlState()
  const client = useQueryClient()
  const navigate = useNavigate()
  const signIn = usePost<Credentials, Session>('/session')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const sent = useRef(false)
  const { mutate } = signIn

  useEffect(() => {
    document.title = `${words.title} · ${strings.shell.product}`
  }, [])
  const enter = (session: Session) => {
    setRequestContext({ csrf: session.csrf })
    client.clear()
    if (session.user.has_password) window.location.replace(inside(next))
    else void navigate({ to: '/settings/{-$tab}', params: { tab: 'account' }, search: {}, replace: true })
  }
  useEffect(() => {
    if (!token || sent.current) return
    sent.current = true
    mutate({ token }, { onSuccess: (session) => enter(session) })
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate({ email: email.trim(), password }, { onSuccess: (session) => enter(session) })
  }
  return (
    <main className={css.page}>
      <div className={css.card}>
        <div className={css.brand}><img src="/icon.svg" width={40} height={40} alt="" /><div><b>{strings.shell.product}</b><p>{words.tagline}</p></div></div>
        {token ? (
          <>
            <h1 className={css.title}>{signIn.error ? words.linkFailed : words.link}</h1>
            {signIn.error && <><div className={css.error}><ErrorState error={signIn.error} /></div><Button variant="default" onClick={() => { signIn.reset(); setUrl({ token: undefined }) }}>{words.toPassword}</Button></>}
          </>
        ) : (
          <form onSubmit={submit} className={css.form}>
            <h1 className={css.title}>{words.title}</h1>
            <TextInput type="email" label={words.email} value={email} onChange={(e) => setEmail(e.currentTarget.value)} autoComplete="username" required withAsterisk={false} size="md" autoFocus />
            <PasswordInput label={words.password} value={password} onChange={(e) => setPassword(e.currentTarget.value)} autoComplete="current-password" required withAsterisk={false} size="md" />
            {signIn.error && <div className={css.error}><ErrorState error={signIn.error} /></div>}
            <Button type="submit" size="md" loading={signIn.isPending} fullWidth>{words.submit}</Button>
            <p className={css.lost}>{words.lost} <code>{words.command}</code></p>
          </form>
        )}
      </div>
    </main>
  )
}
