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
  Shop: '/settings', People: '/settings/users', Keys: '/settings/keys', Audit: '/settings/audit', Account: '/settings/account', 'Sign in': '/sign-in', 'No such page': '/nowhere',
}

/** Serious and critical violations, each as "rule: element". */
async function violations(page) {
  await page.addScriptTag({ content: axe })
  return page.evaluate(async () => {
    const result = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    return result.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary?.split('\n')[1]?.trim() ?? ''}`))
  })
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
