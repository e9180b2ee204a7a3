// One ECharts drawing: loads the engine when first needed, follows the size of its place, and says what it shows twice:
// as a message for the eye (`ariaLabel` stands above most charts as their title) and as a table for screen readers.
import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { useEffect, useRef, useState } from 'react'
import css from './chart.module.css'
import { words } from './strings'

/** The numbers of a chart as text. Shown instead of the drawing where the engine cannot be loaded. */
export interface ChartTable {
  columns: string[]
  rows: string[][]
}

interface Props {
  option: EChartsCoreOption
  height?: number
  /** The message of the chart in words. */
  ariaLabel: string
  table?: ChartTable
}

/** ECharts 6 puts a legend at the bottom, over our axis labels: unless told otherwise it goes to the top left. */
function placed(option: EChartsCoreOption): EChartsCoreOption {
  const legend = option.legend as Record<string, unknown> | undefined
  return legend && !Array.isArray(legend) ? { ...option, legend: { top: 0, left: 0, ...legend } } : option
}

export function Chart({ option, height = 240, ariaLabel, table }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const drawing = useRef<EChartsType | null>(null)
  const wanted = useRef(option)
  const [state, setState] = useState<'loading' | 'drawn' | 'failed'>('loading')
  useEffect(() => {
    wanted.current = option
    drawing.current?.setOption(placed(option), { notMerge: true })
  }, [option])
  useEffect(() => {
    let gone = false
    let watch: ResizeObserver | undefined
    import('./engine').then(({ init }) => {
      if (gone || !place.current) return
      const made = init(place.current, undefined, { renderer: 'svg' })
      made.setOption(placed(wanted.current))
      drawing.current = made
      watch = new ResizeObserver(() => made.resize())
      watch.observe(place.current)
      setState('drawn')
    }, () => { if (!gone) setState('failed') })
    return () => {
      gone = true
      watch?.disconnect()
      drawing.current?.dispose()
      drawing.current = null
    }
  }, [])
  return (
    <figure className={css.figure}>
      {state === 'failed'
        ? <p className={css.failed} role="alert">{words.failed}</p>
        : <div ref={place} role="img" aria-label={ariaLabel} className={css.place} data-loading={state === 'loading' || undefined} style={{ height }} />}
      {table && <DataOf table={table} label={ariaLabel} hidden={state !== 'failed'} />}
    </figure>
  )
}

function DataOf({ table, label, hidden }: { table: ChartTable; label: string; hidden: boolean }) {
  return (
    <div className={hidden ? 'visually-hidden' : css.data} role={hidden ? undefined : 'region'} aria-label={hidden ? undefined : label} tabIndex={hidden ? undefined : 0}>
      <table>
        <caption>{label}</caption>
        <thead><tr>{table.columns.map((c) => <th key={c} scope="col">{c}</th>)}</tr></thead>
        <tbody>{table.rows.map((r) => <tr key={r[0]}>{r.map((v, i) => (i === 0 ? <th key={i} scope="row">{v}</th> : <td key={i}>{v}</td>))}</tr>)}</tbody>
      </table>
    </div>
  )
}
