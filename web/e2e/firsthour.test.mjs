// The first hour with the real program: exports of a simulated shop in each platform's own form come in together, by keyboard and by
// mouse, without a question, and add up to the cent to what the shop really sold; so do they as spreadsheets of other countries save them.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'

const program = new URL('../../bin/almanac', import.meta.url).pathname
const skip = !existsSync(program) ? 'needs make build' : !existsSync('/usr/bin/chromium') ? 'needs Chromium' : false
const platforms = ['shopify', 'woocommerce', 'amazon', 'adobe', 'bigcommerce']
const locales = ['de', 'excel', 'fr', 'us']

const dir = mkdtempSync(join(tmpdir(), 'almanac-hour-'))
let browser
before(async () => {
  if (!skip) browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
})
after(async () => {
  await browser?.close()
  rmSync(dir, { recursive: true, force: true })
})

/** A new installation, and the link that signs in. */
async function serve(t, data) {
  const server = spawn(program, ['serve', '--data', data, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'] })
  let text = ''
  const link = await new Promise((done, fail) => {
    server.once('exit', (code) => fail(new Error(`almanac ended with ${code}: ${text}`)))
    server.stdout.on('data', (d) => {
      text += d
      const found = /(http:\S+\/sign-in\S+)/.exec(text)
      if (found) done(found[1])
    })
  })
  t.after(async () => { server.kill(); await once(server, 'exit') })
  return link
}

/** The exports of a small shop, and what they add up to by the simulator's own account. */
function write(platform, locale) {
  const settings = join(dir, 'world.yaml')
  writeFileSync(settings, 'months: 2\ncatalogue: {products: 40, departments: 2, categories: 4, brands: 4}\npeople: {buyers: 300}\n')
  const world = join(dir, `${platform}-${locale}`)
  const { told } = JSON.parse(execFileSync(program, ['--json', '--config', settings, 'sim', 'write', world, '--small', '--platform', platform, ...(locale ? ['--locale', locale] : [])], { stdio: ['ignore', 'pipe', 'ignore'] }))
  const others = ['costs.csv', 'supply.csv']
  const files = readdirSync(world).filter((f) => /\.(csv|txt)$/.test(f) && !others.includes(f)).map((f) => join(world, f))
  assert.ok(files.length >= 2 && told.orders > 0 && told.back > 0, `${platform} writes several exports, and something comes back`)
  return { told, files }
}

const toldBy = (sum) => ({ orders: sum.orders, paid: sum.total_minor + sum.returns_minor + sum.tax_back_minor, tax: sum.tax_minor + sum.tax_back_minor, shipping: sum.shipping_minor, back: sum.returns_minor + sum.tax_back_minor })

async function signedIn(t, link) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })
  t.after(() => context.close())
  const page = await context.newPage()
  await page.goto(link)
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in')) // the link has been taken
  await page.getByRole('heading').first().waitFor()
  return { page, base: new URL(link).origin }
}

const list = (page) => page.evaluate(() => fetch('/api/imports').then((r) => r.json()).then((r) => r.items))
/** All files are imported, and what they told is in the figures. */
const settled = async (page, files) => {
  for (let left = 600; ; left--) {
    const { items } = await page.evaluate(() => fetch('/api/jobs').then((r) => r.json()))
    const imports = items.filter((j) => j.what === 'import')
    if (imports.length === files && imports.every((j) => j.status === 'done')) return
    assert.ok(left > 0, `of ${files} files: ${imports.map((j) => `${j.status} ${j.step}`).join(', ')}`)
    await new Promise((r) => setTimeout(r, 200))
  }
}
const report = (page) => page.evaluate(() => fetch('/api/reports/sales').then((r) => r.json()))

const hands = {
  /** Enter opens the chooser and presses the buttons; Tab is not counted, focus is. */
  async keyboard(page, files, name) {
    const choose = page.getByRole('button', { name: 'Choose files' }).first()
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), choose.press('Enter')])
    await chooser.setFiles(files)
    const every = page.getByRole('button', { name })
    await every.waitFor({ timeout: 60_000 }) // every file is ready: nothing was asked
    await every.focus()
    await page.keyboard.press('Enter')
  },
  /** All files are dropped on the page at once. */
  async mouse(page, files, name) {
    const bytes = files.map((f) => ({ name: basename(f), text: readFileSync(f).toString('base64') }))
    const held = await page.evaluateHandle((all) => {
      const d = new globalThis.DataTransfer()
      for (const f of all) d.items.add(new globalThis.File([Uint8Array.from(globalThis.atob(f.text), (c) => c.charCodeAt(0))], f.name))
      return d
    }, bytes)
    const zone = page.getByRole('button', { name: 'Choose files' }).first()
    for (const type of ['dragenter', 'dragover', 'drop']) await zone.dispatchEvent(type, { dataTransfer: held })
    const every = page.getByRole('button', { name })
    await every.waitFor({ timeout: 60_000 })
    await every.click()
  },
}

for (const platform of platforms) {
  test(`exports of ${platform} come in together and add up`, { skip, timeout: 240_000 }, async (t) => {
    const { told, files } = write(platform, '')
    for (const [by, hand] of Object.entries(hands)) {
      const { page, base } = await signedIn(t, await serve(t, join(dir, `${platform}-data-${by}`)))
      await page.goto(`${base}/start/files`)
      await page.getByRole('heading', { name: 'First hour' }).waitFor()
      await hand(page, files, `Import all ${files.length}`)
      await settled(page, files.length)
      const imports = await list(page)
      assert.deepEqual(imports.map((i) => [i.name, i.quarantined]), imports.map((i) => [i.name, 0]), `${by}: no row was kept back`)

      const next = page.getByRole('link', { name: /Do the figures match/ }).first()
      if (by === 'keyboard') await next.press('Enter'); else await next.click()
      await page.getByRole('heading', { name: 'Does this match your platform’s report?' }).waitFor()
      const { sum, platform: known } = await report(page)
      assert.equal(known, platform)
      assert.deepEqual(toldBy(sum), told, `${platform}, ${by}: to the cent`)
      const shown = await page.locator('tfoot tr').innerText()
      const cents = (minor) => (Math.abs(minor) / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 })
      assert.ok(shown.includes(cents(sum.shipping_minor)) && shown.includes(cents(sum.discounts_minor)), `${shown} shows ${cents(sum.shipping_minor)} and ${cents(sum.discounts_minor)}`)

      // A difference is followed to what explains it.
      const month = await page.getByRole('combobox', { name: 'Month' }).last().inputValue()
      const column = page.getByLabel({ shopify: 'Net sales', woocommerce: 'Net sales', amazon: 'Refunds', adobe: 'Sales total', bigcommerce: 'Order total (inc tax)' }[platform], { exact: true })
      const line = (await report(page)).months.find((m) => m.month === month)
      const ours = { shopify: line.net_minor, woocommerce: line.net_minor, amazon: line.returns_minor + line.tax_back_minor }[platform] ?? line.gross_minor - line.discounts_minor + line.shipping_minor + line.fees_minor + line.tax_minor + line.tax_back_minor
      await column.fill(cents(ours + line.shipping_minor))
      await page.getByText('That is the shipping of the month').waitFor()

      const agree = page.getByRole('button', { name: 'It matches' })
      if (by === 'keyboard') await agree.press('Enter'); else await agree.click()
      await page.goto(`${base}/start`)
      await page.getByRole('heading', { name: 'The three costliest leaks' }).waitFor() // it goes on where it was left
    }
  })

  test(`exports of ${platform} as spreadsheets of ${locales.join(', ')} save them add up, too`, { skip, timeout: 240_000 }, async (t) => {
    for (const locale of locales) {
      const { told, files } = write(platform, locale)
      const { page } = await signedIn(t, await serve(t, join(dir, `${platform}-data-${locale}`)))
      const asked = await page.evaluate(async (all) => {
        const { csrf } = await fetch('/api/session').then((r) => r.json())
        const send = (path, method, body) => fetch(path, { method, body, headers: { 'X-CSRF-Token': csrf, 'Content-Type': method === 'POST' && typeof body !== 'string' ? 'application/octet-stream' : 'application/json' } }).then((r) => r.json())
        const proposals = []
        for (const f of all) proposals.push(await send(`/api/uploads?name=${encodeURIComponent(f.name)}`, 'POST', Uint8Array.from(globalThis.atob(f.text), (c) => c.charCodeAt(0))))
        const currency = proposals.find((p) => p.currency_basis === 'measured')?.currency
        const asked = []
        for (let p of proposals) {
          if (p.questions.some((q) => q.code === 'currency') && currency) p = await send(`/api/uploads/${p.upload}`, 'PUT', JSON.stringify({ currency }))
          asked.push(...p.questions.map((q) => `${p.name}: ${q.text}`))
          const { job } = await send(`/api/uploads/${p.upload}/import`, 'POST', '{}')
          for (let status = 'running'; status === 'running'; await new Promise((r) => setTimeout(r, 50))) ({ status } = await fetch(`/api/jobs/${job}`).then((r) => r.json()))
        }
        return asked
      }, files.map((f) => ({ name: basename(f), text: readFileSync(f).toString('base64') })))
      assert.deepEqual(asked, [], `${platform} ${locale}: nothing is asked`)
      for (const i of await list(page)) assert.equal(i.quarantined, 0, `${locale} ${i.name}: no row was kept back`)
      assert.deepEqual(toldBy((await report(page)).sum), told, `${platform} ${locale}: to the cent`)
    }
  })
}
