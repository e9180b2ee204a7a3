// Takes pictures of pages against the mock: node e2e/shots.mjs [name …] writes e2e/out/NAME-WIDTH-SCHEME.png.
import { mkdirSync } from 'node:fs'
import { start } from '../mock/server.mjs'
import { open } from './browser.mjs'

const pages = {
  home: '/', empty: '/?shop=quay', decisions: '/decisions', demand: '/demand', level: '/demand?tab=level', places: '/demand?tab=places', accuracy: '/demand?tab=accuracy', adjusted: '/demand?tab=adjusted', own: '/demand?tab=own', forecast: '/demand/21000A', 'no-forecast': '/demand/21137A', stock: '/stock', orders: '/stock?tab=orders', suppliers: '/stock?tab=suppliers', warnings: '/stock?tab=warnings', 'order-rules': '/stock?tab=rules', past: '/stock?tab=replay', 'no-past': '/stock?shop=quay&tab=replay', products: '/products', customers: '/customers', data: '/data', 'on-site': '/recommendations?place=product-complements&items=21000A&visitor=v1', rules: '/recommendations/rules', earned: '/recommendations/earned', 'earned-few': '/recommendations/earned?days=28', reach: '/recommendations/reach', 'first-hour': '/start/files', match: '/start/match', settings: '/settings', users: '/settings/users', audit: '/settings/audit', 'sign-in': '/sign-in', 'no-decisions': '/decisions?shop=quay',
}
const wanted = process.argv.slice(2).filter((a) => !a.startsWith('--'))
const dist = process.argv.find((a) => a.startsWith('--dist='))?.slice(7)
mkdirSync('e2e/out', { recursive: true })
const mock = await start(dist ? { dist } : {})
for (const width of [1280, 375]) {
  for (const scheme of ['light', 'dark']) {
    const browser = await open({ width, scheme, height: width === 375 ? 812 : 900 })
    for (const [name, path] of Object.entries(pages)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue
      await browser.page.goto(mock.url + path)
      await browser.page.waitForLoadState('load')
      await browser.page.waitForSelector('h1')
      if (name === 'decisions') {
        await browser.page.keyboard.press('j')
        await browser.page.waitForSelector('#decision-title')
      }
      await browser.page.waitForTimeout(700)
      await browser.page.screenshot({ path: `e2e/out/${name}-${width}-${scheme}.png`, fullPage: true })
    }
    await browser.close()
  }
}
await mock.close()
