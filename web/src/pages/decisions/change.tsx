// Approving, rejecting and taking back, with the result told in a toast that offers undo.
import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { ApiError, call } from '../../api'
import type { DecisionResults } from '../../api'
import { strings } from '../../strings'
import css from './change.module.css'

const words = strings.decisions

export type Verb = 'approve' | 'reject' | 'undo'

const undoFor = 12_000

/** Answers a function that makes the change and tells of it; resolves to the ids that changed. */
export function useChange(): (verb: Verb, ids: string[], text?: string) => Promise<string[]> {
  const client = useQueryClient()
  const change = async (verb: Verb, ids: string[], text?: string): Promise<string[]> => {
    const body = verb === 'approve' ? { ids, note: text || undefined } : verb === 'reject' ? { ids, reason: text ?? '' } : { ids }
    try {
      const { results } = await call<DecisionResults>(`/decisions/${verb}`, { method: 'POST', body })
      const changed = results.filter((r) => !r.error).map((r) => r.id)
      const refused = results.filter((r) => r.error)
      // What is applied already has left the house and cannot be taken back here.
      const undoable = results.filter((r) => !r.error && (r.status === 'approved' || r.status === 'rejected')).map((r) => r.id)
      tell(verb, changed, undoable, refused.map((r) => r.error ?? ''))
      return changed
    } catch (error) {
      const problem = error instanceof ApiError ? error : undefined
      notifications.show({ color: 'red', autoClose: false, title: problem?.title ?? strings.shell.problem.what, message: [problem?.message ?? String(error), problem?.remedy, problem?.id].filter(Boolean).join(' · '), closeButtonProps: { 'aria-label': strings.shell.close } })
      return []
    } finally {
      await Promise.all(['decisions', 'stock', 'home', 'audit'].map((topic) => client.invalidateQueries({ queryKey: [topic] })))
    }
  }
  const tell = (verb: Verb, changed: string[], undoable: string[], refused: string[]) => {
    const id = `change-${changed[0] ?? 'none'}-${verb}`
    const title = verb === 'approve' ? words.done.approved(changed.length) : verb === 'reject' ? words.done.rejected(changed.length) : words.done.undone(changed.length)
    notifications.show({
      id,
      withBorder: true,
      color: refused.length > 0 ? 'red' : 'accent',
      autoClose: refused.length > 0 ? false : undoFor,
      closeButtonProps: { 'aria-label': strings.shell.close },
      title: changed.length > 0 ? title : words.done.failed(refused.length),
      message: (
        <div className={css.toast}>
          {refused.length > 0 && <p>{changed.length > 0 && `${words.done.failed(refused.length)}: `}{[...new Set(refused)].join(' ')}</p>}
          {verb !== 'undo' && undoable.length > 0 && (
            <Button size="xs" variant="default" onClick={() => { notifications.hide(id); void change('undo', undoable) }}>{words.undo}</Button>
          )}
        </div>
      ),
    })
  }
  return change
}
