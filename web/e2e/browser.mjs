// Starts Debian's Chromium for the browser tests, with an empty profile.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

export const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

/** One browser context of the given size and colour scheme; close() ends the browser. */
export async function open({ width = 1280, height = 900, scheme = 'light' } = {}) {
  const context = await chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), 'almanac-browser-')), {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags, viewport: { width, height }, colorScheme: scheme, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'Europe/London',
  })
  return { context, page: context.pages()[0] ?? await context.newPage(), close: () => context.close() }
}
