// Colours, type and spacing. One accent (blue), warm greys, red for loss or danger only. Chart colours are from the
// Okabe–Ito family, which stays apart for every common kind of colour blindness, checked on both grounds.
import { createTheme, defaultVariantColorsResolver, useComputedColorScheme } from '@mantine/core'
import type { CSSVariablesResolver, MantineColorsTuple, VariantColorsResolver } from '@mantine/core'

const accent: MantineColorsTuple = ['#eef3fd', '#dbe5fa', '#b6caf4', '#8dacee', '#6a92e6', '#4a78d9', '#2f60c9', '#2350b8', '#1c4299', '#15337a']
const grey: MantineColorsTuple = ['#faf9f7', '#f3f2ee', '#e7e5df', '#d6d3cb', '#b8b4aa', '#8f8b81', '#6b6860', '#514e48', '#35332f', '#1e1d1b']
const dark: MantineColorsTuple = ['#e9e8e5', '#c9c7c2', '#a5a39d', '#7e7c77', '#4a4a4b', '#37383b', '#2a2b2f', '#1f2024', '#18191c', '#121315']

// Filled things in the accent follow the scheme: white on deep blue, ink on light blue.
const variants: VariantColorsResolver = (input) =>
  input.variant === 'filled' && (input.color === undefined || input.color === 'accent')
    ? { background: 'var(--fill)', hover: 'var(--fill-hover)', color: 'var(--on-fill)', border: '1px solid transparent' }
    : defaultVariantColorsResolver(input)

/** Three sizes on a page: small 13 px, text 15 px, large 24 px. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 4 },
  variantColorResolver: variants,
  autoContrast: true,
  luminanceThreshold: 0.36,
  colors: { accent, gray: grey, dark },
  fontFamily: '"Inter Variable", Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono", monospace',
  fontSizes: { xs: '0.8125rem', sm: '0.8125rem', md: '0.9375rem', lg: '0.9375rem', xl: '1.5rem' },
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '2rem' },
      h2: { fontSize: '0.9375rem', lineHeight: '1.5rem' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.5rem' },
    },
  },
  spacing: { xs: '8px', sm: '8px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { withArrow: true, multiline: true, maw: 320, events: { hover: true, focus: true, touch: true } } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 } } },
    Table: { defaultProps: { verticalSpacing: 8, horizontalSpacing: 16 } },
  },
})

/** Names of our own on top of Mantine's: --ground, --panel, --line, --ink, --quiet, --accent, --loss, --warn, --good. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--ground': '#f7f6f3', '--panel': '#ffffff', '--raised': '#ffffff', '--sunken': '#f1f0ec', '--line': '#e3e1da', '--line-strong': '#8a867c',
    '--ink': '#1e1d1b', '--quiet': '#605d56', '--accent': '#2350b8', '--fill': '#2350b8', '--fill-hover': '#1c4299', '--on-fill': '#ffffff', '--accent-soft': '#e9effb', '--accent-ink': '#1c4299',
    '--loss': '#b42318', '--loss-soft': '#fdecea', '--warn': '#8a5a00', '--warn-soft': '#fdf3dc', '--good': '#00684a', '--good-soft': '#e3f3ec',
    '--mantine-color-body': '#ffffff', '--mantine-color-text': '#1e1d1b', '--mantine-color-dimmed': '#605d56', '--mantine-color-error': '#b42318',
    '--mantine-color-default-border': '#cfccc3', '--mantine-color-placeholder': '#716e66', '--mantine-color-anchor': '#2350b8',
  },
  dark: {
    '--ground': '#131416', '--panel': '#1b1c20', '--raised': '#232429', '--sunken': '#17181b', '--line': '#2e2f34', '--line-strong': '#7b7b80',
    '--ink': '#ecebe8', '--quiet': '#aeaca6', '--accent': '#8db0f7', '--fill': '#8db0f7', '--fill-hover': '#a9c4fa', '--on-fill': '#131416', '--accent-soft': '#1f2b45', '--accent-ink': '#b3cbfb',
    '--loss': '#ff8f84', '--loss-soft': '#3d1f1d', '--warn': '#f0b94a', '--warn-soft': '#37290f', '--good': '#5fd0a3', '--good-soft': '#13322a',
    '--mantine-color-body': '#1b1c20', '--mantine-color-text': '#ecebe8', '--mantine-color-dimmed': '#aeaca6', '--mantine-color-error': '#ff8f84',
    '--mantine-color-default': '#232429', '--mantine-color-default-hover': '#2a2b31', '--mantine-color-default-border': '#3d3e44',
    '--mantine-color-placeholder': '#96948e', '--mantine-color-anchor': '#8db0f7',
  },
})

export interface ChartColors {
  ink: string
  quiet: string
  grid: string
  panel: string
  accent: string
  /** The same quantity before, or the part that is not the point. */
  muted: string
  /** Forecast line and its band (draw the band with low opacity). */
  forecast: string
  loss: string
  /** Categories, in the order to use them. */
  series: string[]
}

const chart: Record<'light' | 'dark', ChartColors> = {
  light: { ink: '#1e1d1b', quiet: '#605d56', grid: '#e7e5df', panel: '#ffffff', accent: '#2350b8', muted: '#b8b4aa', forecast: '#c26a00', loss: '#b42318', series: ['#2350b8', '#d98200', '#00856a', '#9a4f8f', '#3d9bd1', '#6b6860'] },
  dark: { ink: '#ecebe8', quiet: '#aeaca6', grid: '#2e2f34', panel: '#1b1c20', accent: '#7ea5f5', muted: '#5c5c61', forecast: '#f0a53c', loss: '#ff8f84', series: ['#7ea5f5', '#f0a53c', '#4cc3a0', '#d48ac8', '#7cc7ee', '#a5a39d'] },
}

/** Colours for charts in the scheme now on the screen. */
export function useChartColors(): ChartColors {
  return chart[useComputedColorScheme('light')]
}
