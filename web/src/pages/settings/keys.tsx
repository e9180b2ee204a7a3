// Keys for programs. The secret is shown once, when the key is made.
import { Button, Modal, NativeSelect, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useState } from 'react'
import { useGet, usePost } from '../../api'
import type { Key, KeyCreated, KeyList } from '../../api'
import { ago, instant } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useMay, useShop } from '../../shell'
import { strings } from '../../strings'
import { Failure } from './failure'
import { Remove } from './remove'
import { Secret } from './secret'
import css from './settings.module.css'

const words = strings.settings.keys

export function Keys() {
  const shop = useShop()
  const may = useMay('admin')
  const query = useGet<KeyList>('settings', '/keys', {}, { enabled: may })
  const [adding, dialog] = useDisclosure(false)
  const [removing, setRemoving] = useState<Key>()
  const remove = usePost<string, void>((id) => `/keys/${encodeURIComponent(id)}`, { method: 'DELETE', body: () => undefined, invalidates: ['settings', 'audit'] })
  if (!may) return <Section title={words.title} under={words.under}><p className={css.small}>{strings.settings.adminOnly}</p></Section>
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  return (
    <Section title={words.title} under={words.under} actions={<Button onClick={dialog.open}>{words.add}</Button>} flush>
      {query.data.items.length === 0 ? <EmptyState title={words.empty}>{words.emptyText}</EmptyState> : (
        <table className={css.table}>
          <thead><tr><th>{words.name}</th><th>{words.kind}</th><th>{words.prefix}</th><th>{words.created}</th><th>{words.used}</th><th><span className="visually-hidden">{strings.settings.remove}</span></th></tr></thead>
          <tbody>
            {query.data.items.map((key) => (
              <tr key={key.id}>
                <td>{key.name}</td>
                <td>{words.kinds[key.kind]}</td>
                <td className={css.mono}>{key.prefix}…</td>
                <td className={css.small}>{instant(key.created_at, shop.time_zone)}</td>
                <td className={css.small}>{key.last_used_at ? ago(key.last_used_at) : strings.settings.never}</td>
                <td className={css.end}><Button variant="subtle" color="gray" size="xs" aria-label={`${strings.settings.remove}: ${key.name}`} onClick={() => { remove.reset(); setRemoving(key) }}>{strings.settings.remove}</Button></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Modal opened={adding} onClose={dialog.close} title={words.add} size={480} closeOnClickOutside={false} closeButtonProps={{ 'aria-label': strings.shell.close }}>{adding && <Add onDone={dialog.close} />}</Modal>
      <Remove title={removing && words.confirmRemove(removing.name)} text={words.removeText} busy={remove.isPending} error={remove.error} onClose={() => setRemoving(undefined)} onGo={() => removing && remove.mutate(removing.id, { onSuccess: () => setRemoving(undefined) })} />
    </Section>
  )
}

function Add({ onDone }: { onDone: () => void }) {
  const [name, setName] = useState('')
  const [kind, setKind] = useState<Key['kind']>('write')
  const add = usePost<{ name: string; kind: Key['kind'] }, KeyCreated>('/keys', { invalidates: ['settings', 'audit'] })
  if (add.data) {
    return (
      <>
        <h3>{words.secret}</h3>
        <p>{words.secretText}</p>
        <Secret value={add.data.secret} />
        <div className={css.buttons}><Button onClick={onDone}>{words.done}</Button></div>
      </>
    )
  }
  return (
    <form className={css.form} onSubmit={(e) => { e.preventDefault(); add.mutate({ name: name.trim(), kind }) }}>
      <TextInput label={words.name} value={name} onChange={(e) => setName(e.currentTarget.value)} required withAsterisk={false} data-autofocus />
      <NativeSelect label={words.kind} description={words.kindHints[kind]} inputWrapperOrder={['label', 'input', 'description']} value={kind} onChange={(e) => setKind(e.currentTarget.value as Key['kind'])} data={[{ value: 'write', label: words.kinds.write }, { value: 'server', label: words.kinds.server }]} />
      <Failure error={add.error} />
      <Button type="submit" loading={add.isPending}>{words.add}</Button>
    </form>
  )
}
