// The first hour with the real program: exports of a simulated shop in a platform's own form are chosen by keyboard, all at
// once, come in without a question, and add up to what the shop really sold.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { chromium } from 'playwright-core'

const program = new URL('../../bin/almanac', import.meta.url).pathname
const skip = !existsSync(program) ? 'needs make build' : !existsSync('/usr/bin/chromium') ? 'needs Chromium' : false

/** A new installation, and the link that signs in. */
async function serve(data) {
  const server = spawn(program, ['serve', '--data', data, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  const link = await new Promise((done, fail) => {
    server.once('exit', (code) => fail(new Error(`almanac ended with ${code}: ${text}`)))
    server.stdout.on('data', (d) => {
      text += d
      const found = /(http:\S+\/sign-in\S+)/.exec(text)
      if (found) done(found[1])
    })
  })
  return { link, stop: async () => { server.kill(); await once(server, 'exit') } }
}

let first
for (const [platform, locale] of [['shopify', 'de'], ['woocommerce', ''], ['bigcommerce', '']]) {
  test(`exports of ${platform} ${locale} come in together and add up`, { skip, timeout: 300_000 }, async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'almanac-hour-'))
    t.after(() => rmSync(dir, { recursive: true, force: true }))
    const world = join(dir, 'world')
    const wrote = JSON.parse(execFileSync(program, ['--json', 'sim', 'write', world, '--small', '--months', '2', '--platform', platform, ...(locale ? ['--locale', locale] : [])], { stdio: ['ignore', 'pipe', 'ignore'] }))
    const files = readdirSync(world).filter((f) => f.endsWith('.csv') && !['costs.csv', 'supply.csv'].includes(f)).map((f) => join(world, f))
    assert.ok(files.length >= 2, `${platform} writes several exports`)

    const server = await serve(join(dir, 'data'))
    t.after(server.stop)
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
    t.after(() => browser.close())
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })).newPage()
    await page.goto(server.link)
    await page.getByRole('heading').first().waitFor()
    const base = new URL(server.link).origin
    await page.goto(`${base}/start/files`)

    // By keyboard alone: the button opens the chooser, Enter imports all.
    const choose = page.getByRole('button', { name: 'Choose files' }).first()
    await page.getByRole('heading', { name: 'First hour' }).waitFor()
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), choose.press('Enter')])
    await chooser.setFiles(files)
    const every = page.getByRole('button', { name: `Import all ${files.length}` })
    await every.waitFor({ timeout: 30_000 }) // every file is ready: nothing was asked
    await every.focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction((n) => fetch('/api/imports').then((r) => r.json()).then((r) => r.items.filter((i) => i.status === 'done').length >= n), files.length, { timeout: 120_000, polling: 1000 })
    const imports = await page.evaluate(() => fetch('/api/imports').then((r) => r.json()).then((r) => r.items))
    assert.deepEqual(imports.map((i) => [i.name, i.quarantined]), imports.map((i) => [i.name, 0]), 'no row was kept back')

    await page.getByRole('link', { name: /Do the figures match/ }).first().click()
    await page.getByRole('heading', { name: 'Does this match your platform’s report?' }).waitFor()
    const shown = await page.locator('tfoot tr').innerText()
    const report = await page.evaluate(() => fetch('/api/reports/sales').then((r) => r.json()))
    assert.equal(report.platform, platform)
    const { sum } = report
    // The same shop in whatever form, to the cent; what is sold over the counter is in no export of a platform.
    first ??= { ...sum }
    assert.deepEqual({ ...sum }, first)
    assert.ok(sum.total_minor > 0 && sum.gross_minor - sum.discounts_minor + sum.shipping_minor < wrote.sums.Revenue, 'less than all channels took')
    const cents = (minor) => (minor / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 })
    assert.ok(shown.includes(cents(sum.gross_minor)) && shown.includes(cents(sum.total_minor)), `${shown} shows ${cents(sum.gross_minor)} and ${cents(sum.total_minor)}`)
    await page.getByRole('button', { name: 'It matches' }).click()
    await page.goto(`${base}/start`)
    await page.getByRole('heading', { name: 'The three costliest leaks' }).waitFor() // it goes on where it was left
  })
}
