// The official clients of three tracking systems, unmodified, against a real server. Each sends one event of every
// type; what was sent must be in the record, which `almanac export facts` writes out.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createRequire } from 'node:module'
import { start } from './server.mjs'

const require = createRequire(import.meta.url)
let almanac
before(async () => { almanac = await start() })
after(() => almanac?.stop())

const at = new Date('2026-03-01T10:00:00.000Z')

/** The facts of one user, by kind. */
function of(facts, user) {
  const mine = facts.filter((f) => JSON.stringify(f.body).includes(user))
  return Object.groupBy ? Object.groupBy(mine, (f) => f.kind) : mine.reduce((m, f) => ({ ...m, [f.kind]: [...(m[f.kind] ?? []), f] }), {})
}

/** Every call of the client's API arrived as the fact that it stands for. */
function complete(kinds, user) {
  const seen = Object.keys(kinds).sort()
  for (const kind of ['customer.described', 'event.tracked', 'group.joined', 'identity.linked', 'order.placed', 'page.viewed', 'product.viewed']) {
    assert.ok(kinds[kind], `${user}: no ${kind} among ${seen}`)
  }
  assert.equal(kinds['order.placed'][0].body.gross, 2580)
  assert.equal(kinds['customer.described'][0].body.email, `${user}@example.com`)
  assert.equal(kinds['event.tracked'][0].body.name, 'Quiz Taken')
  assert.equal(kinds['event.tracked'][0].body.properties.score, 3)
}

const mug = { sku: 'mug', price: 12.9, quantity: 2, currency: 'EUR' }
const order = (user) => ({ order_id: `order-${user}`, currency: 'EUR', products: [mug] })

test('@segment/analytics-node', async () => {
  const { Analytics } = require('@segment/analytics-node')
  const client = new Analytics({ writeKey: almanac.key, host: almanac.url, maxEventsInBatch: 4 })
  const faults = []
  client.on('error', (e) => faults.push(e))
  const userId = 'segment-node', anonymousId = 'segment-node-browser'
  client.identify({ userId, anonymousId, traits: { email: `${userId}@example.com` } })
  client.track({ userId, anonymousId, event: 'Product Viewed', properties: mug, timestamp: at })
  client.track({ userId, event: 'Quiz Taken', properties: { score: 3 } })
  client.track({ userId, event: 'Order Completed', properties: order(userId) })
  client.page({ userId, name: 'Home' })
  client.screen({ userId, name: 'Start' })
  client.group({ userId, groupId: 'acme', traits: { plan: 'trade' } })
  client.alias({ userId, previousId: 'segment-node-before' })
  await client.closeAndFlush()
  assert.deepEqual(faults, [])
  const kinds = of(await almanac.facts(), userId)
  complete(kinds, userId)
  assert.equal(kinds['page.viewed'].length, 2)
  assert.equal(kinds['identity.linked'].length, 2)
})

test('@rudderstack/rudder-sdk-node', async () => {
  const Analytics = require('@rudderstack/rudder-sdk-node')
  const client = new Analytics(almanac.key, { dataPlaneUrl: almanac.url, flushAt: 3, logLevel: 'silent' })
  const userId = 'rudder-node', anonymousId = 'rudder-node-browser'
  const done = []
  const sent = (call) => done.push(new Promise((resolve, reject) => call((e) => (e ? reject(e) : resolve()))))
  sent((f) => client.identify({ userId, anonymousId, traits: { email: `${userId}@example.com` } }, f))
  sent((f) => client.track({ userId, anonymousId, event: 'Product Viewed', properties: mug, timestamp: at }, f))
  sent((f) => client.track({ userId, event: 'Quiz Taken', properties: { score: 3 } }, f))
  sent((f) => client.track({ userId, event: 'Order Completed', properties: order(userId) }, f))
  sent((f) => client.page({ userId, name: 'Home' }, f))
  sent((f) => client.screen({ userId, name: 'Start' }, f))
  sent((f) => client.group({ userId, groupId: 'acme' }, f))
  sent((f) => client.alias({ userId, previousId: 'rudder-node-before' }, f))
  client.flush()
  await Promise.all(done)
  const kinds = of(await almanac.facts(), userId)
  complete(kinds, userId)
  assert.equal(kinds['page.viewed'].length, 2)
})

test('@jitsu/js', async () => {
  const { jitsuAnalytics } = require('@jitsu/js')
  for (const s2s of [false, true]) {
    const userId = s2s ? 'jitsu-server' : 'jitsu-web'
    const client = jitsuAnalytics({ host: almanac.url, writeKey: `${almanac.key}:almanac`, s2s, errorPolicy: 'throw' })
    client.setAnonymousId(`${userId}-browser`)
    await client.identify(userId, { email: `${userId}@example.com` })
    await client.track('Product Viewed', mug)
    await client.track('Quiz Taken', { score: 3 })
    await client.track('Order Completed', order(userId))
    await client.page({ name: 'Home' })
    await client.group('acme', {})
    const kinds = of(await almanac.facts(), userId)
    complete(kinds, userId)
  }
})

test('a repeated request counts once', async () => {
  const body = JSON.stringify({ batch: [{ type: 'track', event: 'Quiz Taken', messageId: 'again-1', userId: 'again', properties: { score: 1 } }], sentAt: new Date() })
  for (let i = 0; i < 2; i++) {
    const r = await fetch(`${almanac.url}/v1/batch`, { method: 'POST', body, headers: { Authorization: `Basic ${btoa(`${almanac.key}:`)}` } })
    assert.equal(r.status, 200)
  }
  assert.equal((await almanac.facts()).filter((f) => f.id === 'again-1').length, 1)
})
