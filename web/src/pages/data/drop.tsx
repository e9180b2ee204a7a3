// The place to drop files, or to choose them by keyboard. It shrinks to a line once there is a file.
import { Button } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import css from './data.module.css'
import { words as all } from './strings'

const words = all.import

export function Drop({ small, wanted, onFiles }: { small: boolean; wanted?: string; onFiles: (files: Iterable<File>) => void }) {
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  return (
    <div
      className={css.drop} data-over={over || undefined} data-small={small || undefined}
      onDragOver={(e) => { e.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)}
      onDrop={(e) => { e.preventDefault(); setOver(false); onFiles(e.dataTransfer.files) }}
    >
      <IconFileImport size={small ? 20 : 32} stroke={1.4} aria-hidden />
      <p className={css.dropTitle}>{small ? words.again : words.drop}</p>
      <Button variant={small ? 'default' : 'filled'} size={small ? 'xs' : 'sm'} onClick={() => input.current?.click()}>{words.or}</Button>
      {wanted && <p className={css.wanted}>{words.wanted(wanted)}</p>}
      {!small && <p className="quiet small">{words.hint}</p>}
      <input ref={input} type="file" multiple aria-label={words.or} className="visually-hidden" tabIndex={-1} onChange={(e) => { onFiles([...(e.currentTarget.files ?? [])]); e.currentTarget.value = '' }} />
    </div>
  )
}
