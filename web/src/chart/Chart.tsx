// One ECharts drawing: loads the engine when first needed, follows the size of its place, and tells screen readers what it
// shows. `ariaLabel` is the message of the chart in words.
import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { useEffect, useRef } from 'react'

interface Props {
  option: EChartsCoreOption
  height?: number
  ariaLabel: string
}

export function Chart({ option, height = 240, ariaLabel }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const drawing = useRef<EChartsType | null>(null)
  const wanted = useRef(option)
  useEffect(() => {
    wanted.current = option
    drawing.current?.setOption(option, { notMerge: true })
  }, [option])
  useEffect(() => {
    let gone = false
    let watch: ResizeObserver | undefined
    void import('./engine').then(({ init }) => {
      if (gone || !place.current) return
      const made = init(place.current, undefined, { renderer: 'svg' })
      made.setOption(wanted.current)
      drawing.current = made
      watch = new ResizeObserver(() => made.resize())
      watch.observe(place.current)
    })
    return () => {
      gone = true
      watch?.disconnect()
      drawing.current?.dispose()
      drawing.current = null
    }
  }, [])
  return <div ref={place} role="img" aria-label={ariaLabel} style={{ height, width: '100%' }} />
}
