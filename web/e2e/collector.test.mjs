// The collector, and Segment's browser client as it comes, on pages of a shop that has another origin than Almanac: in a
// real browser, against the real program, looking for what was sent in the record.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { after, before, beforeEach, afterEach, test } from 'node:test'
import { open } from './browser.mjs'
import { start } from '../../serve/clients/server.mjs'

const segment = new URL('../../serve/clients/node_modules/@segment/analytics-next/dist/umd/index.js', import.meta.url)
const rudder = new URL('../../serve/clients/node_modules/@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js', import.meta.url)

const skip = existsSync(process.env.CHROMIUM ?? '/usr/bin/chromium') ? false : 'needs Chromium'

let almanac, shop, origin, browser, page
let attributes = ''
let body = ''

before(async () => {
  if (skip) return
  almanac = await start()
  shop = createServer((req, res) => {
    if (req.url === '/segment.js') return res.setHeader('Content-Type', 'text/javascript').end(readFileSync(segment))
    if (req.url === '/rudder.js') return res.setHeader('Content-Type', 'text/javascript').end(readFileSync(rudder))
    res.setHeader('Content-Type', 'text/html')
    const other = /^\/(segment|rudder)$/.exec(req.url)
    const script = other ? `<script src="/${other[1]}.js"></script>` : `<script src="${almanac.url}/almanac.js" data-key="${almanac.key}" ${attributes}></script>`
    res.end(`<!doctype html><html lang="en-GB"><title>Shop</title><script>window.almanac = [['track', 'Told Early', {n: 1}]]</script>${script}<p>shop</p>${body}`)
  }).listen(0, '127.0.0.1')
  await new Promise((done) => shop.once('listening', done))
  origin = `http://localhost:${shop.address().port}`
})
after(async () => {
  await almanac?.stop()
  shop?.close()
})

let sent
beforeEach(async () => {
  if (skip) return
  attributes = ''
  body = ''
  browser = await open()
  page = browser.page
  sent = []
  browser.context.on('request', (r) => { if (r.url().includes('/v1/')) sent.push(r) })
})
afterEach(() => browser?.close())

/** What one browser told, oldest first. */
const told = async (id) => (await almanac.facts()).filter((f) => JSON.stringify(f.body).includes(id))
const visitorId = () => page.evaluate(() => JSON.parse(localStorage.getItem('almanac.id')))
const waiting = () => page.evaluate(() => JSON.parse(localStorage.getItem('almanac.queue') ?? '[]').length)
const taken = () => page.waitForFunction(() => localStorage.getItem('almanac.queue') === null)
/** How many facts the server says that it took in since it started. */
const accepted = async () => Number(/almanac_tracked_facts_total\{outcome="accepted"\} (\d+)/.exec(await (await fetch(`${almanac.url}/metrics`)).text())?.[1] ?? 0)
const kinds = (facts) => facts.map((f) => f.kind).sort()

test('page views, calls made early, commerce and identity arrive, and no cookie is set', { skip }, async () => {
  await page.goto(`${origin}/mugs?utm_source=mail&utm_campaign=spring`)
  await page.evaluate(() => {
    window.almanac.productViewed({ sku: 'mug', price: 12.9, currency: 'EUR' })
    window.almanac.productAddedToWishlist({ sku: 'mug' })
    window.almanac.identify('browser-customer', { email: 'ada@example.com' })
    window.history.pushState({}, '', '/cups')
  })
  await page.waitForFunction(() => JSON.parse(localStorage.getItem('almanac.queue') ?? '[]').some((m) => m.context.page.path === '/cups'))
  const id = await visitorId()
  await taken()
  assert.deepEqual(await browser.context.cookies(), [])
  const facts = await told(id)
  assert.deepEqual(kinds(facts), ['event.tracked', 'identity.linked', 'page.viewed', 'page.viewed', 'product.viewed', 'product.wished'])
  const [first, second] = facts.filter((f) => f.kind === 'page.viewed')
  assert.equal(first.body.path, '/mugs')
  assert.deepEqual(first.ext.campaign, { source: 'mail', name: 'spring' })
  assert.equal(second.body.cust, 'browser-customer')
})

test('what happens offline arrives when the network is back', { skip }, async () => {
  await page.goto(`${origin}/offline`)
  await taken()
  const id = await visitorId()
  await browser.context.setOffline(true)
  await page.evaluate(() => window.almanac.track('While Offline'))
  await page.evaluate(() => window.almanac.flush())
  assert.equal(await waiting(), 1)
  await browser.context.setOffline(false)
  await taken()
  assert.ok((await told(id)).some((f) => f.body.name === 'While Offline'))
})

test('the last event of a page that closes arrives, once', { skip }, async () => {
  await page.goto(`${origin}/leaving`)
  await taken()
  const id = await visitorId()
  const before = await accepted()
  await page.evaluate(() => {
    window.almanac.track('Last Words')
    location.href = 'about:blank'
  })
  for (let i = 0; (await accepted()) === before && i < 100; i++) await new Promise((done) => setTimeout(done, 50))
  assert.equal(await accepted(), before + 1)
  await page.goto(`${origin}/back`) // sends again what nobody answered
  await taken()
  assert.equal((await told(id)).filter((f) => f.body.name === 'Last Words').length, 1)
})

test('a busy server is asked again, not before the time that it names', { skip }, async () => {
  let refused = 0
  await page.route('**/v1/batch', (r) => (refused++ === 0 ? r.fulfill({ status: 429, headers: { 'Retry-After': '2', 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'Retry-After' } }) : r.continue()))
  const answered = page.waitForResponse((r) => r.status() === 429)
  await page.goto(`${origin}/busy`)
  await answered
  const at = Date.now()
  const id = await visitorId()
  await taken()
  assert.ok(Date.now() - at >= 1900, `asked again after ${Date.now() - at} ms`)
  assert.equal((await told(id)).filter((f) => f.kind === 'page.viewed').length, 1)
})

test('who refuses is not told about, and nothing is stored but the refusal', { skip }, async () => {
  attributes = 'data-consent="ask"'
  await page.goto(`${origin}/refuse`)
  await page.evaluate(() => {
    window.almanac.productViewed({ sku: 'mug' })
    window.almanac.identify('refuser')
  })
  assert.equal(await page.evaluate(() => localStorage.length), 0)
  await page.evaluate(() => {
    window.almanac.consent({ analytics: false })
    window.almanac.productViewed({ sku: 'mug' })
    window.almanac.flush()
  })
  await page.goto(`${origin}/refuse-again`)
  await page.goto('about:blank')
  assert.deepEqual(sent.map((r) => r.url()), [])
})

test('who agrees later is told about from the first page on', { skip }, async () => {
  attributes = 'data-consent="ask"'
  await page.goto(`${origin}/agree`)
  await page.evaluate(() => window.almanac.consent({ analytics: true, marketing: false }))
  const id = await visitorId()
  await taken()
  const facts = await told(id)
  assert.deepEqual(facts.find((f) => f.kind === 'consent.changed').body.purposes, { analytics: true, marketing: false })
  assert.equal(facts.find((f) => f.kind === 'page.viewed').body.path, '/agree')
})

test('Global Privacy Control opts out the browser and the profile', { skip }, async () => {
  await page.addInitScript(() => Object.defineProperty(window.Navigator.prototype, 'globalPrivacyControl', { get: () => true }))
  await page.goto(`${origin}/gpc`)
  await page.evaluate(() => window.almanac.identify('private-customer'))
  await taken()
  const id = await visitorId()
  const consents = (await almanac.facts()).filter((f) => f.kind === 'consent.changed' && f.body.origin === 'GPC')
  assert.deepEqual(consents.map((f) => f.body.visitor ?? f.body.cust).sort(), [id, 'private-customer'].sort())
  for (const c of consents) assert.equal(c.body.purposes.sale, false)
})

/** Lets the shop sell some products, so that there is something to recommend. */
async function sell() {
  const names = ['<img src=x onerror="window.broken=1">', 'Cup', 'Pen', 'Lamp']
  const batch = Array.from({ length: 12 }, (_, i) => ({ type: 'track', messageId: `sold-${i}`, anonymousId: `buyer-${i}`, event: 'Order Completed', timestamp: new Date(),
    properties: { order_id: `sold-${i}`, currency: 'EUR', products: [0, 1, 2, 3].filter((p) => p <= i % 4).map((p) => ({ sku: ['m&ug/1', 'cup', 'pen', 'lamp'][p], name: names[p], price: 12.5, quantity: 1 })) } }))
  const answer = await fetch(`${almanac.url}/v1/batch`, { method: 'POST', body: JSON.stringify({ writeKey: almanac.key, batch }) })
  assert.equal(answer.status, 200)
  for (let i = 0; i < 100; i++) {
    const { items } = await (await fetch(`${almanac.url}/v1/recommend?n=4&key=${almanac.key}`)).json()
    if (items?.length === 4) return
    await new Promise((done) => setTimeout(done, 100))
  }
  assert.fail('nothing is recommended')
}

const axe = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const widget = () => page.locator('almanac-recommend')

test('the widget shows cards of text, and tells which list was seen and what was clicked', { skip }, async () => {
  await sell()
  body = '<h1>Shop</h1><almanac-recommend placement="home" n="3" heading="You may like" link="/p/{sku}" style="--almanac-radius: 4px"></almanac-recommend><style>almanac-recommend::part(reason) { display: none }</style>'
  await page.goto(`${origin}/widget`)
  await page.getByRole('heading', { name: 'You may like' }).waitFor()
  const cards = page.getByRole('list', { name: 'You may like' }).getByRole('link')
  assert.equal(await cards.count(), 3)
  const first = cards.filter({ hasText: 'onerror' })
  assert.match(await first.textContent(), /<img src=x onerror="window.broken=1">popular now/)
  assert.equal(await page.evaluate(() => window.broken), undefined)
  assert.equal(await widget().locator('img').count(), 0)
  assert.equal(await first.getAttribute('href'), `${origin}/p/m%26ug%2F1`)
  assert.equal(await widget().locator('.reason').first().isVisible(), false, 'parts are styled from outside')
  assert.equal(await widget().locator('.card').first().evaluate((e) => getComputedStyle(e).borderRadius), '4px')
  await page.addScriptTag({ content: axe })
  assert.deepEqual(await page.evaluate(async () => (await window.axe.run('almanac-recommend')).violations.map((v) => v.id)), [])

  const list = await page.evaluate(() => new Promise((done) => {
    document.addEventListener('almanac-clicked', (e) => done(e.detail))
    document.querySelector('almanac-recommend').shadowRoot.querySelector('a[href$="/p/cup"]').click()
  }).catch(String))
  await page.waitForURL(/\/p\/cup/)
  await taken()
  const id = await visitorId()
  const facts = await told(id)
  const shown = facts.find((f) => f.kind === 'recommendation.shown')
  assert.equal(shown.body.visitor, id)
  const seen = facts.find((f) => f.kind === 'list.viewed')
  assert.equal(seen.body.list, shown.body.list)
  assert.deepEqual(seen.body.skus, shown.body.skus)
  const clicked = facts.find((f) => f.kind === 'product.clicked')
  assert.deepEqual([clicked.body.sku, clicked.body.list], ['cup', shown.body.list])
  assert.deepEqual([list.sku, list.list], ['cup', shown.body.list])
})

test('the widget asks again when its page changes, and shows nothing where it cannot', { skip }, async () => {
  await sell()
  body = '<almanac-recommend placement="home" n="2"></almanac-recommend>'
  await page.goto(`${origin}/widget-changes`)
  await widget().locator('li').first().waitFor()
  const errors = []
  page.on('pageerror', (e) => errors.push(String(e)))
  await widget().evaluate((e) => { e.setAttribute('placement', 'product'); e.setAttribute('product', 'cup, pen'); e.setAttribute('n', '1') })
  await page.waitForFunction(() => document.querySelector('almanac-recommend').shadowRoot.querySelectorAll('li').length === 1)
  assert.equal(sent.filter((r) => r.url().includes('/v1/recommend')).length, 2, 'three attributes are one question')
  for (const [name, value] of [['n', '0'], ['n', '10000'], ['placement', 'roof'], ['placement', 'e-mail']]) {
    const answered = page.waitForResponse((r) => r.url().includes('/v1/recommend'))
    await widget().evaluate((e, [n, v]) => e.setAttribute(n, v), [name, value])
    const { status } = await answered.then((r) => ({ status: r.status() }))
    assert.ok(status >= 400 && status < 500, `${name}=${value}: ${status}`)
    await page.waitForFunction(() => document.querySelector('almanac-recommend').hidden && document.querySelector('almanac-recommend').shadowRoot.childElementCount === 0)
  }
  await page.route('**/v1/recommend', (r) => r.fulfill({ status: 200, headers: { 'Access-Control-Allow-Origin': '*' }, contentType: 'application/json', body: '{"list":"l","items":[{"sku":"x","title":"X","url":"javascript:window.broken=1","image":"javascript:1","price_minor":1250,"currency":"EUR","reason":""}]}' }))
  await widget().evaluate((e) => { e.setAttribute('placement', 'home'); e.setAttribute('n', '1') })
  await widget().locator('.title').waitFor()
  assert.equal(await widget().locator('a, img').count(), 0, 'only pages and pictures are linked')
  assert.equal(await widget().locator('.price').textContent(), '€12.50')
  await page.unroute('**/v1/recommend')
  await page.route('**/v1/recommend', (r) => r.abort())
  await widget().evaluate((e) => e.setAttribute('n', '2'))
  await page.waitForFunction(() => document.querySelector('almanac-recommend').hidden)
  assert.deepEqual(errors, [])
})

test('the widget says where few are left and when more come, and offers sets that are bought together', { skip }, async () => {
  await sell()
  body = '<almanac-recommend placement="product" product="cup" n="1" bundles="Often bought together" more="back on {}"></almanac-recommend>'
  const cup = { sku: 'cup', title: 'Cup', price_minor: 1250, currency: 'EUR', reason: '', availability: 'in_stock' }
  const pen = { ...cup, sku: 'pen', title: 'Pen', reason: 'goes with Cup', availability: 'few_left', left: 3, more_on: '2026-12-04' }
  await page.route('**/v1/recommend', (r) => r.fulfill({ status: 200, headers: { 'Access-Control-Allow-Origin': '*' }, contentType: 'application/json', body: JSON.stringify({ list: 'l', items: [pen], bundles: [{ items: [cup, pen], price_minor: 2500, currency: 'EUR', reason: 'often bought together with Cup' }] }) }))
  const asked = page.waitForRequest((r) => r.url().includes('/v1/recommend') && r.method() === 'POST')
  await page.goto(`${origin}/widget-sets`)
  assert.equal(JSON.parse((await asked).postData()).bundles, 3)
  await widget().locator('.bundle').waitFor()
  assert.match(await widget().locator('.stock').first().textContent(), /^Only 3 left · back on (4 December|December 4)$/)
  assert.equal(await widget().getByRole('list', { name: 'Often bought together' }).locator('.card').count(), 2)
  assert.equal(await widget().locator('.total').textContent(), '€25.00')
  await page.addScriptTag({ content: axe })
  assert.deepEqual(await page.evaluate(async () => (await window.axe.run('almanac-recommend')).violations.map((v) => v.id)), [])
  await page.unroute('**/v1/recommend')
})

test('the widget names no visitor who has not agreed', { skip }, async () => {
  await sell()
  attributes = 'data-consent="ask"'
  body = '<almanac-recommend placement="home"></almanac-recommend>'
  await page.goto(`${origin}/widget-asks`)
  await widget().locator('li').first().waitFor()
  assert.deepEqual(Object.keys(JSON.parse(sent.find((r) => r.url().includes('/v1/recommend')).postData())).sort(), ['placement', 'writeKey'])
  assert.equal(await page.evaluate(() => localStorage.length), 0)
})

test('@segment/analytics-next', { skip: skip || (existsSync(segment) ? false : 'needs npm install in serve/clients') }, async () => {
  await page.goto(`${origin}/segment`)
  await page.evaluate(async ({ url, key }) => {
    const [analytics] = await window.AnalyticsNext.AnalyticsBrowser.load({ writeKey: key, cdnURL: url })
    await analytics.identify('segment-browser', { email: 'segment@example.com' })
    await analytics.page('Home')
    await analytics.track('Product Viewed', { product_id: 'mug' })
    await analytics.track('Order Completed', { order_id: 's1', currency: 'EUR', products: [{ sku: 'mug', price: 12.9, quantity: 2 }] })
    await analytics.group('acme')
    await analytics.alias('segment-browser-2', 'segment-browser')
  }, { url: almanac.url, key: almanac.key })
  for (let i = 0; sent.filter((r) => r.method() === 'POST').length < 6 && i < 100; i++) await page.waitForTimeout(50)
  await page.waitForLoadState('networkidle')
  const facts = await told('segment-browser')
  for (const kind of ['customer.described', 'identity.linked', 'page.viewed', 'product.viewed', 'order.placed', 'group.joined']) {
    assert.ok(facts.some((f) => f.kind === kind), `no ${kind} among ${kinds(facts)}`)
  }
})

test('@rudderstack/analytics-js', { skip: skip || (existsSync(rudder) ? false : 'needs npm install in serve/clients') }, async () => {
  await page.goto(`${origin}/rudder`)
  await page.evaluate(async ({ url, key }) => {
    const client = new window.rudderanalytics.RudderAnalytics()
    client.load(key, url, { configUrl: url, logLevel: 'ERROR', useBeacon: false })
    await new Promise((done) => client.ready(done))
    client.identify('rudder-browser', { email: 'rudder@example.com' })
    client.page('Home')
    client.track('Product Viewed', { product_id: 'mug' })
    client.track('Order Completed', { order_id: 'r1', currency: 'EUR', products: [{ sku: 'mug', price: 12.9, quantity: 2 }] })
    client.group('acme')
    client.alias('rudder-browser-2', 'rudder-browser')
  }, { url: almanac.url, key: almanac.key })
  for (let i = 0; sent.filter((r) => r.method() === 'POST').length < 6 && i < 200; i++) await page.waitForTimeout(50)
  await page.waitForLoadState('networkidle')
  const facts = await told('rudder-browser')
  for (const kind of ['customer.described', 'identity.linked', 'page.viewed', 'product.viewed', 'order.placed', 'group.joined']) {
    assert.ok(facts.some((f) => f.kind === kind), `no ${kind} among ${kinds(facts)}; sent ${sent.map((r) => r.url())}`)
  }
  assert.equal(facts.find((f) => f.kind === 'customer.described').body.email, 'rudder@example.com')
})
