// Charts. The drawing engine is a chunk of its own, loaded with the first chart; Spark and Heat need none.
export { Bars, DayBars } from './bars'
export type { Bar } from './bars'
export { Chart } from './Chart'
export type { ChartTable } from './Chart'
export { FanChart } from './fan'
export { Heat } from './heat'
export type { HeatCell } from './heat'
export { Spark } from './spark'
