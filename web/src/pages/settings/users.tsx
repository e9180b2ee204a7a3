// Who may sign in, and what each may do. A new person gets a one-time link, never a password made by somebody else.
import { Button, Modal, NativeSelect, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useState } from 'react'
import { useGet, usePost } from '../../api'
import type { Role, SignInLink, User, UserCreated, UserList } from '../../api'
import { ErrorState, PageSkeleton, Section, useMay, useSigned } from '../../shell'
import { strings } from '../../strings'
import { Failure } from './failure'
import { Remove } from './remove'
import { Secret } from './secret'
import css from './settings.module.css'

const words = strings.settings.users
const roleNames = strings.shell.user.roles
const roles: Role[] = ['viewer', 'operator', 'approver', 'admin']

export function Users() {
  const { session } = useSigned()
  const may = useMay('admin')
  const query = useGet<UserList>('settings', '/users', {}, { enabled: may })
  const [adding, dialog] = useDisclosure(false)
  const [removing, setRemoving] = useState<User>()
  const remove = usePost<string, void>((id) => `/users/${encodeURIComponent(id)}`, { method: 'DELETE', body: () => undefined, invalidates: ['settings', 'audit'] })
  const link = usePost<User, SignInLink>((user) => `/users/${encodeURIComponent(user.id)}/link`, { body: () => undefined, invalidates: ['audit'] })
  if (!may) return <Section title={words.title} under={words.under}><p className={css.small}>{strings.settings.adminOnly}</p></Section>
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  return (
    <Section title={words.title} under={words.under} actions={<Button onClick={dialog.open}>{words.add}</Button>} flush>
      <table className={css.table}>
        <thead><tr><th>{words.name}</th><th>{words.email}</th><th>{words.role}</th><th>{words.password}</th><th><span className="visually-hidden">{strings.settings.remove}</span></th></tr></thead>
        <tbody>
          {query.data.items.map((user) => (
            <tr key={user.id}>
              <td>{user.name || user.email}{user.id === session.user.id && <span className={css.you}>{words.you}</span>}</td>
              <td className={css.small}>{user.email}</td>
              <td>{roleNames[user.role]}</td>
              <td className={css.small}>{user.has_password ? words.set : words.notSet}</td>
              <td className={css.end}>{user.id !== session.user.id && <Button variant="subtle" color="gray" size="xs" aria-label={`${words.newLink}: ${user.name || user.email}`} loading={link.isPending && link.variables === user} onClick={() => link.mutate(user)}>{words.newLink}</Button>}{user.id !== session.user.id && <Button variant="subtle" color="gray" size="xs" aria-label={`${strings.settings.remove}: ${user.name || user.email}`} onClick={() => { remove.reset(); setRemoving(user) }}>{strings.settings.remove}</Button>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Modal opened={adding} onClose={dialog.close} title={words.add} size={480} closeButtonProps={{ 'aria-label': strings.shell.close }}>{adding && <Add onDone={dialog.close} />}</Modal>
      <Modal opened={link.data !== undefined || link.error !== null} onClose={link.reset} title={words.link} size={480} closeButtonProps={{ 'aria-label': strings.shell.close }}>
        <Failure error={link.error} />
        {link.data && link.variables && <><p>{words.linkText(link.variables.name || link.variables.email)}</p><Secret value={new URL(link.data.link, window.location.origin).href} /></>}
      </Modal>
      <Remove title={removing && words.confirmRemove(removing.name || removing.email)} text={words.removeText} busy={remove.isPending} error={remove.error} onClose={() => setRemoving(undefined)} onGo={() => removing && remove.mutate(removing.id, { onSuccess: () => setRemoving(undefined) })} />
    </Section>
  )
}

function Add({ onDone }: { onDone: () => void }) {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const add = usePost<{ name: string; email: string; role: Role }, UserCreated>('/users', { invalidates: ['settings', 'audit'] })
  if (add.data) {
    return (
      <>
        <p>{words.linkText(add.data.user.name || add.data.user.email)}</p>
        <Secret value={new URL(add.data.link, window.location.origin).href} />
        <div className={css.buttons}><Button onClick={onDone}>{strings.shell.close}</Button></div>
      </>
    )
  }
  return (
    <form className={css.form} onSubmit={(e) => { e.preventDefault(); add.mutate({ name, email: email.trim(), role }) }}>
      <TextInput label={words.name} value={name} onChange={(e) => setName(e.currentTarget.value)} required withAsterisk={false} data-autofocus />
      <TextInput type="email" label={words.email} value={email} onChange={(e) => setEmail(e.currentTarget.value)} required withAsterisk={false} />
      <NativeSelect label={words.role} description={words.roleHints[role]} inputWrapperOrder={['label', 'input', 'description']} value={role} onChange={(e) => setRole(e.currentTarget.value as Role)} data={roles.map((r) => ({ value: r, label: roleNames[r] }))} />
      <Failure error={add.error} />
      <Button type="submit" loading={add.isPending}>{words.add}</Button>
    </form>
  )
}
