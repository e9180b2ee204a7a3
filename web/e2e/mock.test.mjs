// The dashboard alone, against the mock: every page without serious accessibility violations in both schemes and sizes,
// and the ways a person goes through it. Needs `npm run build` first and Chromium (CHROMIUM names another one).
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { start } from '../mock/server.mjs'
import { open } from './browser.mjs'

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const built = existsSync(new URL('../dist/index.html', import.meta.url))

const pages = {
  Home: '/', 'Home of a new shop': '/?shop=quay', 'The week in short': '/digest', 'The week of a new shop': '/digest?shop=quay', Decisions: '/decisions', 'Decisions of a new shop': '/decisions?shop=quay', Products: '/products', Customers: '/customers', Data: '/data', Import: '/data/import',
  'On site': '/recommendations', 'On site for a visitor': '/recommendations?place=cart&items=21000A,unheard&visitor=held', 'On site in a new shop': '/recommendations?shop=quay', Rules: '/recommendations/rules', 'No rules': '/recommendations/rules?shop=quay',
  'What it earned': '/recommendations/earned', 'Too little earned': '/recommendations/earned?days=28', 'Nothing earned': '/recommendations/earned?shop=quay', Reach: '/recommendations/reach',
  'First hour': '/start/files', 'First hour of a new shop': '/start?shop=quay', 'Do the figures match?': '/start/match', 'What costs most': '/start/leaks', 'Orders of the first hour': '/start/orders', 'Going on': '/start/goOn',
  Demand: '/demand', 'How good forecasts were': '/demand?tab=accuracy', 'Set by hand': '/demand?tab=adjusted', 'Demand of the whole shop': '/demand?tab=level', 'Demand of a category': '/demand?tab=level&category=Kitchen', 'Demand of a new shop as a whole': '/demand?shop=quay&tab=level', 'Own forecast': '/demand?tab=own', 'A forecast': '/demand/21000A', 'No forecast': '/demand/21137A', 'No such forecast': '/demand/nothing',
  'Demand of a new shop': '/demand?shop=quay', Stock: '/stock', 'Orders to place': '/stock?tab=orders', Suppliers: '/stock?tab=suppliers', 'On the way': '/stock?tab=warnings', 'All on the way': '/stock?tab=warnings&state=all', 'Rules of ordering': '/stock?tab=rules', 'The past again': '/stock?tab=replay', 'No past yet': '/stock?shop=quay&tab=replay', 'Nothing on the way': '/stock?shop=quay&tab=warnings', 'Stock of a new shop': '/stock?shop=quay', 'Orders of a new shop': '/stock?shop=quay&tab=orders',
  Shop: '/settings', People: '/settings/users', Keys: '/settings/keys', Audit: '/settings/audit', Account: '/settings/account', 'Sign in': '/sign-in', 'No such page': '/nowhere',
}

/** Serious and critical violations, each as "rule: element". */
async function violations(page, part = 'html') {
  await page.addScriptTag({ content: axe })
  return page.evaluate(async (within) => {
    const result = await window.axe.run(within, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    return result.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary?.split('\n')[1]?.trim() ?? ''}`))
  }, part)
}

async function settled(page) {
  await page.waitForSelector('h1, h2')
  await page.waitForFunction(() => document.querySelectorAll('[role=status][aria-label=Loading]').length === 0)
}

describe('the dashboard on example data', { skip: built ? false : 'dist is missing: run npm run build' }, () => {
  let mock
  before(async () => { mock = await start() })
  after(async () => { await mock.close() })

  for (const [width, scheme] of [[1280, 'light'], [1280, 'dark'], [375, 'light'], [375, 'dark']]) {
    test(`every page is accessible and fits ${width} px in ${scheme} colours`, async (t) => {
      const browser = await open({ width, scheme, height: width === 375 ? 812 : 900 })
      t.after(() => browser.close())
      for (const [name, path] of Object.entries(pages)) {
        await browser.page.goto(mock.url + path)
        await settled(browser.page)
        assert.deepEqual(await violations(browser.page), [], name)
        const over = await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        assert.ok(over <= 0, `${name} is ${over} px wider than the screen`)
      }
    })
  }

  test('the inbox is cleared by keyboard: effects are shown before, undo is offered after', async (t) => {
    const { page, close } = await open()
    t.after(close)
    await page.goto(`${mock.url}/decisions`)
    await page.waitForSelector('[aria-label="Decisions, largest value first"] a')
    const first = () => page.locator('[aria-label="Decisions, largest value first"] a b').first().textContent()
    const before = await first()
    await page.keyboard.press('j')
    await page.waitForSelector('#decision-title')
    assert.match(page.url(), /\/decisions\/dec_/)
    assert.deepEqual(await violations(page), [], 'the opened decision')
    await page.keyboard.press('a')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('What will happen').waitFor()
    await dialog.getByText(/purchase-order draft/).first().waitFor()
    assert.deepEqual(await violations(page), [], 'the confirmation')
    await dialog.getByRole('button', { name: 'Approve' }).click()
    await page.getByText('1 decision approved').waitFor()
    await page.waitForFunction((was) => document.querySelector('[aria-label="Decisions, largest value first"] a b')?.textContent !== was, before)
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await page.getByText('1 decision is open again').waitFor()
    await page.waitForFunction((was) => document.querySelector('[aria-label="Decisions, largest value first"] a b')?.textContent === was, before)
  })

  for (const [what, id, seen] of [['a lower price', 'dec_price', 'At the present price about 180 units are left after 13 weeks'], ['a mail', 'dec_mail', '168 customers get a mail, 19 like them get none']]) {
    test(`${what} can be judged, approved and taken back`, async (t) => {
      const narrow = await open({ width: 375, height: 812 })
      t.after(narrow.close)
      await narrow.page.goto(`${mock.url}/decisions/${id}`)
      await narrow.page.getByText(seen).waitFor()
      assert.deepEqual(await violations(narrow.page, 'article'), [])
      assert.ok(await narrow.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'it is wider than the screen')
      const { page, close } = await open({ scheme: 'dark' })
      t.after(close)
      await page.goto(`${mock.url}/decisions/${id}`)
      await page.getByText(seen).waitFor()
      assert.deepEqual(await violations(page, 'article'), [])
      await page.getByRole('button', { name: /^Approve/ }).first().click()
      await page.getByText('What will happen').waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
      await page.getByText('1 decision approved').waitFor()
      await page.getByRole('alert').getByRole('button', { name: 'Undo' }).click()
      await page.getByText('1 decision is open again').waitFor()
    })
  }

  test('several decisions are rejected at once with one reason', async (t) => {
    const { page, close } = await open()
    t.after(close)
    await page.goto(`${mock.url}/decisions`)
    for (const key of ['j', 'x', 'j', 'x']) {
      await page.waitForSelector('[aria-label="Decisions, largest value first"] a')
      await page.keyboard.press(key)
      await page.waitForSelector('#decision-title')
    }
    await page.getByRole('region', { name: '2 selected' }).waitFor()
    await page.keyboard.press('r')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Ordered already' }).click()
    await dialog.getByRole('button', { name: 'Reject 2' }).click()
    await page.getByText('2 decisions rejected').waitFor()
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await page.getByText('2 decisions are open again').waitFor()
  })

  test('a rule is written by keyboard, its effect is shown before, its removal can be taken back', async (t) => {
    const { page, close } = await open()
    t.after(close)
    await page.goto(`${mock.url}/recommendations/rules`)
    await page.getByRole('button', { name: 'Add a rule' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Bowls last')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('names no product', { exact: false }).first().waitFor()
    await dialog.getByLabel('What it does').selectOption('exclude')
    const products = dialog.getByLabel('Products', { exact: true })
    await products.focus()
    await page.keyboard.type('21144B')
    await page.keyboard.press('Enter')
    await dialog.getByText(/of the first ten change/).waitFor()
    await dialog.getByText('With the rule').waitFor()
    assert.deepEqual(await violations(page), [], 'the form of a rule')
    await dialog.getByRole('button', { name: 'Save' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Never show: 21144B').waitFor()
    await page.getByRole('button', { name: 'Remove: Bowls last' }).press('Enter')
    await page.getByText('Removed: Bowls last').waitFor()
    await page.getByText('Never show: 21144B').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await page.getByText('Never show: 21144B').waitFor()
  })

  test('a preview tells how a product came to its place, and travels in the address', async (t) => {
    const { page, close } = await open()
    t.after(close)
    await page.goto(`${mock.url}/recommendations`)
    await page.getByLabel('Place', { exact: true }).selectOption('cart')
    await page.getByText('This place is about products', { exact: false }).waitFor()
    await page.getByRole('combobox', { name: 'Products on the page' }).fill('21000A')
    await page.keyboard.press('Enter')
    await page.getByText('Made from Ceramic mug, sage.').waitFor()
    await page.getByText('How it came here').first().press('Enter')
    await page.getByText('Relevance after rules').first().waitFor()
    assert.match(page.url(), /place=cart/)
    assert.match(page.url(), /items=21000A/)
    assert.deepEqual(await violations(page), [], 'an opened product')
  })

  test('the first hour follows a difference to its order, and corrects a lead time in place', async (t) => {
    const browser = await open({ width: 1280 })
    t.after(() => browser.close())
    const { page } = browser
    const put = []
    page.on('request', (r) => { if (r.method() === 'PUT') put.push([new URL(r.url()).pathname, r.postDataJSON()]) })
    await page.goto(`${mock.url}/start/match`)
    await page.getByText('Largest orders of').waitFor()
    const field = page.getByLabel('Gross sales')
    const ours = Number((await page.locator('p', { hasText: /^Here: £/ }).first().textContent()).replace(/[^\d.]/g, ''))
    await field.fill(String(ours))
    await page.getByText('the same').waitFor()
    const month = await page.evaluate(() => fetch('/api/reports/sales').then((r) => r.json()).then((r) => r.months.at(-2)))
    await field.fill(((month.gross_minor + month.tax_minor) / 100).toFixed(2).replace('.', ','))
    await page.getByText('That is the tax of the month').waitFor()
    const order = await page.evaluate((m) => fetch(`/api/reports/sales/${m}`).then((r) => r.json()).then((r) => r.items[1]), month.month)
    await field.fill(((month.gross_minor - order.gross_minor) / 100).toFixed(2))
    await page.getByText(`Order ${order.order} has just this amount`).waitFor()
    await page.getByRole('button', { name: 'It matches' }).click()
    await page.getByRole('link', { name: /Next: What costs most/ }).click()
    await page.getByRole('link', { name: /Next: Orders to place/ }).click()
    const lead = page.getByLabel('Lead time (days)').first()
    await lead.fill('900')
    await page.getByText('Write whole days, 0 to 730').waitFor()
    await lead.fill('33')
    await lead.press('Enter')
    await page.waitForFunction(() => document.querySelectorAll('button[data-loading]').length === 0)
    assert.deepEqual(put.map(([path, body]) => [path.replace(/products\/[^/]+/, 'products/…'), body]), [['/api/products/…/terms', { lead_days: 33 }]])
    await page.goto(`${mock.url}/start`)
    await page.getByRole('link', { name: /Do the figures match\? \(done\)/ }).waitFor() // what was agreed is remembered
  })

  test('quick find opens a page by its name', async (t) => {
    const { page, close } = await open()
    t.after(close)
    await page.goto(mock.url)
    await settled(page)
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('sett')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/settings/)
  })

  test('the time range travels in the address and changes the figures', async (t) => {
    const { page, close } = await open()
    t.after(close)
    await page.goto(mock.url)
    await settled(page)
    await page.getByRole('button', { name: /Time range/ }).click()
    await page.getByRole('button', { name: 'Last 30 days' }).click()
    await page.waitForURL(/from=2026-10-22&to=2026-11-20/)
    await page.getByText('compared with', { exact: false }).waitFor()
    await page.getByRole('button', { name: /Time range/ }).click()
    await page.getByRole('button', { name: 'All time' }).click()
    await page.waitForURL((url) => !url.search.includes('from='))
  })

  test('a new shop is led to its first import, a blocked programme to the file it needs', async (t) => {
    const { page, close } = await open()
    t.after(close)
    await page.goto(mock.url)
    await settled(page)
    await page.getByRole('button', { name: /Switch shop/ }).first().click()
    await page.getByRole('menuitem', { name: 'Quay Books' }).click()
    await page.getByRole('heading', { name: 'Drop an export' }).waitFor()
    await page.getByRole('link', { name: 'Decisions' }).first().click()
    await page.getByText('cannot propose anything yet').waitFor()
    await page.getByRole('link', { name: 'Add stock counts' }).click()
    await page.waitForURL(/\/data\/import\?.*kind=stock/)
  })

  test('a one-time link leads to setting an e-mail and a password; a used link says what to do', async (t) => {
    const { page, close } = await open()
    t.after(close)
    await page.goto(`${mock.url}/sign-in?token=used`)
    await page.getByText('This link was used before').waitFor()
    await page.getByText('Ask an administrator', { exact: false }).waitFor()
    await page.goto(`${mock.url}/sign-in?token=welcome`)
    await page.waitForURL(/\/settings\/account/)
    await page.getByLabel('E-mail').fill('anna@example.com')
    await page.getByLabel('New password').fill('a sentence is fine')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved').waitFor()
    await page.getByText('You came in by a one-time link').waitFor({ state: 'detached' })
  })

  test('who signs out is asked to sign in and comes back to where they were going', async (t) => {
    const { page, close } = await open()
    t.after(close)
    await page.goto(mock.url)
    await settled(page)
    await page.getByRole('button', { name: 'Your account' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL(/\/sign-in/)
    await page.goto(`${mock.url}/settings/audit`)
    await page.waitForURL(/\/sign-in\?next=/)
    await page.getByLabel('E-mail').fill('anna@example.com')
    await page.locator('input[type=password]').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('E-mail or password is wrong').waitFor()
    await page.locator('input[type=password]').fill('almanac')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(/\/settings\/audit/)
    await page.getByText('The chain is whole', { exact: false }).waitFor()
  })

  test('a planner sets weeks by hand: the effect is shown before, undo is offered after', async (t) => {
    const { page, close } = await open()
    t.after(close)
    await page.goto(`${mock.url}/demand`)
    await page.getByRole('link', { name: /Ceramic mug, sage/ }).click()
    await page.waitForURL(/\/demand\/21000A/)
    await page.getByLabel('Units a week').fill('90')
    await page.getByText('units in all instead of', { exact: false }).waitFor()
    await page.getByLabel('Why', { exact: true }).fill('Trade fair')
    await page.keyboard.press('Enter')
    await page.getByText('The forecast was changed').waitFor()
    await page.getByText('Trade fair · Anna Berg', { exact: false }).waitFor()
    assert.deepEqual(await violations(page), [], 'a forecast set by hand')
    const cells = await page.locator('figure table th[scope=col]').allTextContents()
    assert.ok(cells.includes('Set by hand'), 'the table of the chart tells what was set')
    await page.goto(`${mock.url}/demand?only=adjusted`)
    await page.getByText('1 products').waitFor()
    await page.goto(`${mock.url}/demand?tab=adjusted`)
    await page.getByRole('button', { name: /Undo what was set for Ceramic mug, sage/ }).click()
    await page.getByText('undone by Anna Berg').waitFor()
    await page.goto(`${mock.url}/demand?only=adjusted`)
    await page.getByText('No product matches').waitFor()
  })

  test('the shop’s own forecast is brought from a file and forgotten again', async (t) => {
    const { page, close } = await open()
    t.after(close)
    await page.goto(`${mock.url}/demand?tab=own`)
    await page.getByText('See whose forecast is nearer').waitFor()
    const file = (text) => ({ name: 'plan.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
    await page.locator('input[type=file]').setInputFiles(file('sku,units\nmug,1\n'))
    await page.getByText('Name the columns sku, week and units').waitFor()
    await page.locator('input[type=file]').setInputFiles(file('sku,week,units\nmug,2026-W47,1\n'))
    await page.getByText('you missed 47, the model 40', { exact: false }).waitFor()
    await page.getByText('is neither a week nor a date', { exact: false }).waitFor()
    assert.deepEqual(await violations(page), [], 'two forecasts side by side')
    await page.getByRole('button', { name: 'Forget it' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Forget it' }).click()
    await page.getByText('See whose forecast is nearer').waitFor()
  })

  test('stock is filtered by what is wrong; a supplier’s whole order is approved at once and taken back', async (t) => {
    const { page, close } = await open()
    t.after(close)
    await page.goto(`${mock.url}/stock`)
    await page.getByRole('button', { name: /^Too much/ }).click()
    await page.waitForURL(/state=over/)
    await page.getByRole('table', { name: 'Stock by product' }).waitFor()
    await page.waitForFunction(() => [...document.querySelectorAll('[data-state]')].every((e) => e.dataset.state === 'over'))
    await page.goto(`${mock.url}/stock?tab=orders`)
    const approve = page.getByRole('button', { name: /^Approve all: / })
    await approve.first().waitFor()
    const before = await approve.count()
    await approve.first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('nothing is sent to the supplier', { exact: false }).waitFor()
    assert.deepEqual(await violations(page), [], 'the order to be approved')
    await page.keyboard.press('Enter')
    await page.getByText(/decisions approved/).waitFor()
    await page.waitForFunction((n) => document.querySelectorAll('button[aria-label^="Approve all: "]').length === n - 1, before)
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await page.waitForFunction((n) => document.querySelectorAll('button[aria-label^="Approve all: "]').length === n, before)
  })

  test('the past is lived again, stopped, and shown by supplier; a proposal leads to it', async (t) => {
    const { page, close } = await open()
    t.after(close)
    await page.goto(`${mock.url}/stock?tab=replay`)
    await page.getByRole('heading', { name: /^With today’s settings the last 180 days would have cost .* less than they did$/ }).waitFor()
    await page.getByLabel('Products', { exact: true }).selectOption({ index: 2 })
    await page.waitForURL(/by=supplier/)
    await page.getByRole('rowheader', { name: /By the rule of thumb/ }).waitFor()
    await page.getByLabel('Days').selectOption('90')
    await page.getByRole('button', { name: 'Live it again' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('stopped before its end', { exact: false }).waitFor()
    await page.getByRole('button', { name: 'Live it again' }).click()
    await page.getByRole('heading', { name: /^With today’s settings the last 90 days/ }).waitFor()
    await page.goto(`${mock.url}/stock?shop=quay&tab=replay`)
    await page.getByRole('button', { name: 'Live the past again' }).click()
    await page.getByRole('alert').getByText('22 weeks of sales are needed', { exact: false }).waitFor()
    assert.deepEqual(await violations(page), [], 'a history that is too short')
  })

  test('what a shop chooses for ordering is kept, refused where it cannot be, and taken back', async (t) => {
    const { page, close } = await open()
    t.after(close)
    await page.goto(`${mock.url}/stock?tab=rules`)
    const all = page.getByLabel('All products')
    await all.fill('30')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('alert').getByText('not between 0.5 and 0.999').waitFor()
    await all.fill('98')
    await page.getByLabel(/^AX/).fill('99.5')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Set by this shop').waitFor()
    await page.reload()
    assert.equal(await page.getByLabel(/^AX/).inputValue(), '99.5 %')
    await page.getByRole('button', { name: 'Back to the installation’s' }).click()
    await page.getByText('As the installation has it').waitFor()
    assert.equal(await page.getByLabel('All products').inputValue(), '95 %')
  })

  test('a new key shows its secret once', async (t) => {
    const { page, close } = await open()
    t.after(close)
    await page.goto(`${mock.url}/settings/keys`)
    await page.getByRole('button', { name: 'Create a key' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Nightly')
    await dialog.getByLabel('Kind').selectOption('server')
    await dialog.getByRole('button', { name: 'Create a key' }).click()
    await dialog.getByText('cannot be shown again', { exact: false }).waitFor()
    await dialog.getByRole('button', { name: 'I have copied it' }).click()
    await page.getByRole('cell', { name: 'Nightly', exact: true }).waitFor()
  })
})
