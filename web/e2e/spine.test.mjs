// The whole way round in a real browser with the real program and a real export: sign in, import the Online Retail
// file, look at every page, add synthetic stock, costs and lead times, approve a proposal, find its draft in the
// outbox, its call at a webhook and its life in the audit log. Screenshots go to docs/screenshots with SHOTS=1.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { createRequire } from 'node:module'

const root = new URL('../..', import.meta.url).pathname
const orders = join(root, '../shared/data/orders/online_retail.csv.gz')
const shots = join(root, 'docs/screenshots')
const secret = 'a secret of the browser test'
const skip = !existsSync(orders) ? 'needs ../shared' : !existsSync('/usr/bin/chromium') ? 'needs Chromium' : false
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

let dir, program, browser, context, page, base, hook
const calls = []

before(async () => {
  if (skip) return
  dir = mkdtempSync(join(tmpdir(), 'almanac-e2e-'))
  hook = createServer((req, res) => {
    let body = ''
    req.on('data', (d) => (body += d))
    req.on('end', () => { calls.push({ headers: req.headers, body }); res.end('{}') })
  }).listen(0, '127.0.0.1')
  await new Promise((done) => hook.once('listening', done))
  program = spawn(join(root, 'bin/almanac'), ['serve', '--data', join(dir, 'data'), '--listen', '127.0.0.1:0',
    '--webhook-url', `http://127.0.0.1:${hook.address().port}/orders`, '--webhook-secret', secret], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  const link = await new Promise((done, fail) => {
    program.once('exit', (code) => fail(new Error(`almanac ended with ${code}: ${text}`)))
    program.stdout.on('data', (d) => {
      text += d
      const found = /(http:\S+\/sign-in\S+)/.exec(text)
      if (found) done(found[1])
    })
  })
  base = new URL(link).origin
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })
  page = await context.newPage()
  page.on('pageerror', (e) => { throw e })
  await page.goto(link)
})

after(async () => {
  await browser?.close()
  if (program && program.exitCode === null) {
    program.kill()
    await once(program, 'exit') // it may be sealing
  }
  hook?.close()
  if (dir) rmSync(dir, { recursive: true, force: true })
})

async function shot(name) {
  if (!process.env.SHOTS) return
  mkdirSync(shots, { recursive: true })
  await page.waitForTimeout(600)
  await page.screenshot({ path: join(shots, `${name}.png`) })
}

/** No serious fault of accessibility, and nothing that makes the page scroll sideways on a phone. */
async function sound(path) {
  await page.evaluate(readFileSync(axe, 'utf8'))
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }))
  const bad = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
  assert.deepEqual(bad.map((v) => `${v.id}: ${v.nodes[0]?.html}`), [], `accessibility of ${path}`)
  await page.setViewportSize({ width: 375, height: 800 })
  await page.waitForTimeout(150)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  await page.setViewportSize({ width: 1280, height: 900 })
  assert.ok(wide <= 0, `${path} is ${wide} px too wide at 375 px`)
}

async function importFile(path, answers = async () => {}) {
  await page.goto(`${base}/data/import`)
  await page.locator('input[type=file]').setInputFiles(path)
  const start = page.getByRole('button', { name: 'Import', exact: true })
  await start.waitFor({ timeout: 60_000 })
  await answers()
  await start.click({ timeout: 60_000 })
  await page.getByTestId('account').waitFor({ timeout: 300_000 })
  const values = await page.getByTestId('account').locator('dd').allInnerTexts()
  return values.map((v) => Number(v.replaceAll(',', '')))
}

const csv = (name, lines) => {
  const path = join(dir, name)
  writeFileSync(path, lines.join('\n') + '\n')
  return path
}

test('a real export goes all the way round', { skip, timeout: 900_000 }, async (t) => {
  await t.test('sign in once by link, then set a password', async () => {
    await page.getByLabel('E-mail').fill('owner@example.com')
    await page.getByLabel('New password').fill('a long enough sentence')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.waitForTimeout(500)
    await page.goto(`${base}/`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await shot('1-empty')
    await sound('/ (empty)')
  })

  await t.test('import the Online Retail file: columns are recognised, every row is accounted for', async () => {
    const [accepted, duplicates, filtered, quarantined] = await importFile(orders, async () => {
      await page.getByText('This file holds orders').waitFor()
      await shot('2-mapping')
    })
    assert.equal(accepted + duplicates + filtered + quarantined, 541_909)
    assert.equal(quarantined, 2)
    await shot('3-account')
  })

  await t.test('every page shows the shop', async () => {
    const pages = [['/', '4-home', 'Where money is lost first'], ['/products', '5-products', '85123A'], ['/products/85123A', '6-product', 'Bought together'],
      ['/customers', '7-customers', 'Who buys here'], ['/customers/14646', '8-customer', 'Orders'], ['/data', '9-sources', 'file:orders'],
      ['/data/quality', '10-quality', 'Returns without a known purchase'], ['/data/quarantine', '11-quarantine', 'negative'], ['/data/models', '12-models', 'Baseline'],
      ['/decisions', '13-needs', 'stock counts']]
    for (const [path, name, text] of pages) {
      await page.goto(base + path)
      await page.getByText(text).first().waitFor({ timeout: 20_000 })
      await shot(name)
      await sound(path)
    }
  })

  await t.test('synthetic stock, costs and lead times make proposals with money and reasons', async () => {
    const answer = await page.request.get(`${base}/api/products?shop=default&sort=-net&limit=300`)
    const { items } = await answer.json()
    const spread = (sku, n) => [...sku].reduce((h, c) => (h * 31 + c.charCodeAt(0)) % 9973, 7) % n
    await importFile(csv('synthetic-stock-2011-12-09.csv', ['sku,on hand,location', ...items.map((p) => `${p.sku},${Math.round((p.demand_week ?? 1) * spread(p.sku, 60) / 10)},Main`)]), synthetic)
    await importFile(csv('synthetic-costs.csv', ['sku,unit cost,currency,valid from', ...items.map((p) => `${p.sku},${((p.price_min_minor ?? 100) * 0.45 / 100).toFixed(2)},GBP,2010-12-01`)]), synthetic)
    await importFile(csv('synthetic-lead-times.csv', ['sku,lead time days,supplier,pack size', ...items.map((p) => `${p.sku},${14 + spread(p.sku, 28)},Supplier ${'ABCDE'[spread(p.sku, 5)]},${[6, 12, 24][spread(p.sku, 3)]}`)]), synthetic)
    await page.goto(`${base}/decisions`)
    await page.getByText(/Order \d+ units/).first().waitFor({ timeout: 30_000 })
    await page.getByText(/synthetic/i).first().waitFor()
    await shot('14-decisions')
    await sound('/decisions')
  })

  await t.test('approve one, and find the draft, the call and its whole life', async () => {
    const { items } = await (await page.request.get(`${base}/api/decisions?shop=default&status=proposed&limit=1`)).json()
    const [first] = items
    await page.goto(`${base}/decisions/${first.id}`)
    await page.getByText('lead time', { exact: false }).first().waitFor()
    await shot('15-decision')
    await sound('/decisions/id')
    const session = await (await page.request.get(`${base}/api/session`)).json()
    await page.keyboard.press('a')
    const confirm = page.getByRole('dialog').getByRole('button', { name: /approve/i })
    if (await confirm.count()) await confirm.first().click()
    const outbox = join(dir, 'data/outbox/default')
    const end = Date.now() + 60_000
    let state
    do {
      await page.waitForTimeout(500)
      state = await (await page.request.get(`${base}/api/decisions/${first.id}?shop=default`)).json()
    } while (state.status !== 'applied' && Date.now() < end)
    assert.equal(state.status, 'applied', JSON.stringify(state.deliveries))
    assert.ok(session.csrf)
    const [file] = readdirSync(outbox)
    const draft = readFileSync(join(outbox, file), 'utf8')
    assert.match(draft, new RegExp(first.subject))
    assert.match(draft, /SYNTHETIC/)
    assert.equal(calls.length, 1)
    const [, at, sum] = /t=(\d+),v1=([0-9a-f]+)/.exec(calls[0].headers['almanac-signature'])
    assert.equal(sum, createHmac('sha256', secret).update(`${at}.${calls[0].body}`).digest('hex'))
    assert.deepEqual(state.audit.map((e) => e.event).filter((e) => e !== 'delivered'), ['proposed', 'approved', 'applied'])
    await page.goto(`${base}/settings/audit`)
    await page.getByText('applied').first().waitFor()
    await shot('16-audit')
    await sound('/settings/audit')
  })
})

async function synthetic() {
  const box = page.getByLabel('This data is made up')
  if (!(await box.isChecked())) await box.click() // the server reads the file again, then the box is set
  await page.getByRole('checkbox', { name: 'This data is made up', checked: true }).waitFor()
}
