// Asks before something is taken away for good, and says what that means.
import { Button, Modal } from '@mantine/core'
import type { ApiError } from '../../api'
import { strings } from '../../strings'
import { Failure } from './failure'
import css from './settings.module.css'

export function Remove({ title, text, busy, error, onClose, onGo }: { title: string | undefined; text: string; busy: boolean; error: ApiError | null; onClose: () => void; onGo: () => void }) {
  return (
    <Modal opened={title !== undefined} onClose={onClose} title={title} size={440} closeButtonProps={{ 'aria-label': strings.shell.close }}>
      <p>{text}</p>
      <Failure error={error} />
      <div className={css.buttons}>
        <Button variant="default" onClick={onClose} data-autofocus>{strings.shell.cancel}</Button>
        <Button color="red.9" loading={busy} onClick={onGo}>{strings.settings.remove}</Button>
      </div>
    </Modal>
  )
}
