// Home of a shop without records: one big target, and what each file brings.
import { IconFileUpload } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Section } from '../../shell'
import { strings } from '../../strings'
import css from './empty.module.css'

const words = strings.home.empty

export function NewShop() {
  return (
    <div className={css.stack}>
      <Link to="/data/{-$tab}" params={{ tab: 'import' }} className={css.target}>
        <IconFileUpload size={40} stroke={1.25} aria-hidden />
        <h2 className={css.title}>{words.title}</h2>
        <p className={css.text}>{words.text}</p>
        <span className={css.button}>{words.action}</span>
      </Link>
      <Section title={words.then} under={words.stays}>
        <dl className={css.gets}>
          {words.gets.map(([file, what]) => <div key={file}><dt>{file}</dt><dd>{what}</dd></div>)}
        </dl>
      </Section>
    </div>
  )
}
