// The panel around a long list: what filters it at the top, the way to take it along, and a head that stays in sight.
import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { words } from './strings'
import css from './table.module.css'

/** `csv` is the address of the whole list, as filtered and sorted now, in one file. */
export function ListPanel({ title, tools, csv, children }: { title: string; tools?: ReactNode; csv?: string; children: ReactNode }) {
  return (
    <section className={css.panel} aria-label={title}>
      <Tools>
        {tools}
        {csv && <Button component="a" className={css.csv} variant="default" size="sm" href={csv} download leftSection={<IconDownload size={16} stroke={1.6} aria-hidden />}>{words.csv}</Button>}
      </Tools>
      {children}
    </section>
  )
}

/** Search field, filters and actions above a list. */
export function Tools({ children }: { children: ReactNode }) {
  return <div className={css.tools}>{children}</div>
}

/** A line between the tools and the list: what is missing from it. */
export function ListNote({ children }: { children: ReactNode }) {
  return <p className={css.note}>{children}</p>
}
