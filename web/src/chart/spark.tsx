// A row of values as a small line, with a dot on the newest. No engine: lists draw fifty of them at once.
import css from './chart.module.css'

interface Props {
  values: number[]
  /** What it says in words; absent where the numbers beside it say the same. */
  label?: string
  width?: number
  height?: number
}

export function Spark({ values, label, width = 72, height = 20 }: Props) {
  if (values.length < 2) return null
  const most = Math.max(1, ...values)
  const x = (i: number) => 2 + (i / (values.length - 1)) * (width - 4)
  const y = (v: number) => height - 2 - (Math.max(0, v) / most) * (height - 4)
  const points = values.map((v, i) => `${x(i).toFixed(1)},${y(v).toFixed(1)}`).join(' ')
  return (
    <svg className={css.spark} width={width} height={height} {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}>
      <polyline points={points} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" strokeLinecap="round" />
      <circle cx={x(values.length - 1)} cy={y(values.at(-1) ?? 0)} r="2" fill="currentColor" />
    </svg>
  )
}
