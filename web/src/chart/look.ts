// What all charts share: quiet axes, a zero baseline, a tooltip like the rest of the page, no animation where unwanted.
import type { ChartColors } from '../theme'

const font = '"Inter Variable", Inter, ui-sans-serif, system-ui, sans-serif'

export function base(colors: ChartColors) {
  return {
    animation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    animationDuration: 250,
    textStyle: { fontFamily: font, fontSize: 13, color: colors.quiet },
    grid: { left: 8, right: 32, top: 16, bottom: 8, containLabel: true },
    tooltip: { trigger: 'axis' as const, backgroundColor: colors.panel, borderColor: colors.grid, padding: 12, textStyle: { color: colors.ink, fontFamily: font, fontSize: 13 }, confine: true },
  }
}

export function timeAxis(colors: ChartColors, label: (value: string) => string, data: string[]) {
  return { type: 'category' as const, data, axisTick: { show: false }, axisLine: { lineStyle: { color: colors.muted } }, axisLabel: { color: colors.quiet, fontSize: 13, hideOverlap: true, formatter: label } }
}

export function valueAxis(colors: ChartColors, label: (value: number) => string) {
  return { type: 'value' as const, min: 0, splitNumber: 4, axisLabel: { color: colors.quiet, fontSize: 13, formatter: label }, splitLine: { lineStyle: { color: colors.grid } } }
}

/** Names from files end up in tooltips, which are HTML. */
export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
