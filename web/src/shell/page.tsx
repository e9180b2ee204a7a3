// The frame of a page: its title for the eye, the screen reader and the browser tab; and panels inside it.
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { strings } from '../strings'
import css from './page.module.css'

/** The page's h1, an optional line under it, and its actions at the right. */
export function PageHeader({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · ${strings.shell.product}`
  }, [title])
  return (
    <header className={css.header}>
      <div>
        <h1 className={css.title}>{title}</h1>
        {children !== undefined && <div className={css.under}>{children}</div>}
      </div>
      {actions !== undefined && <div className={css.actions}>{actions}</div>}
    </header>
  )
}

/** A panel with a heading that says its message. */
export function Section({ title, under, actions, children, flush }: { title: ReactNode; under?: ReactNode; actions?: ReactNode; children: ReactNode; flush?: boolean }) {
  return (
    <section className={css.section}>
      <div className={css.sectionHead}>
        <div>
          <h2 className={css.sectionTitle}>{title}</h2>
          {under !== undefined && <p className={css.sectionUnder}>{under}</p>}
        </div>
        {actions}
      </div>
      <div className={flush ? css.flush : css.body}>{children}</div>
    </section>
  )
}
