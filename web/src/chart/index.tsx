// Charts. The drawing engine is a chunk of its own, loaded with the first chart.
export { DayBars } from './bars'
export { Chart } from './Chart'
export { FanChart } from './fan'
