// The list of single keys, and the switch that turns them off.
import { Modal, Switch } from '@mantine/core'
import { strings } from '../../strings'
import css from './help.module.css'

const words = strings.decisions.help

export function KeysHelp({ opened, onClose, enabled, onEnable }: { opened: boolean; onClose: () => void; enabled: boolean; onEnable: (on: boolean) => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title={words.title} size={400} closeButtonProps={{ 'aria-label': strings.shell.close }}>
      <dl className={css.keys}>{words.rows.map(([key, what]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div>)}</dl>
      <Switch checked={enabled} onChange={(e) => onEnable(e.currentTarget.checked)} label={words.enabled} description={words.enabledHint} />
    </Modal>
  )
}
