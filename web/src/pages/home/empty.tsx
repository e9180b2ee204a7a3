// Home of a shop without records: one big target, and what each file brings.
import { IconFileUpload } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { DragEvent } from 'react'
import { Section, giveFile } from '../../shell'
import { strings } from '../../strings'
import css from './empty.module.css'

const words = strings.home.empty

export function NewShop() {
  const navigate = useNavigate()
  const [over, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer.files[0]
    if (!file) return
    giveFile(file)
    void navigate({ to: '/data/{-$tab}', params: { tab: 'import' } })
  }
  return (
    <div className={css.stack}>
      <Link to="/data/{-$tab}" params={{ tab: 'import' }} className={css.target} data-over={over || undefined} onDragOver={(e) => { e.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <IconFileUpload size={40} stroke={1.25} aria-hidden />
        <h2 className={css.title}>{words.title}</h2>
        <p className={css.text}>{words.text}</p>
        <span className={css.button}>{words.action}</span>
      </Link>
      <p><Link to="/start/{-$step}">{words.start}</Link></p>
      <Section title={words.then} under={words.stays}>
        <dl className={css.gets}>
          {words.gets.map(([file, what]) => <div key={file}><dt>{file}</dt><dd>{what}</dd></div>)}
        </dl>
      </Section>
    </div>
  )
}
