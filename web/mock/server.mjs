// A stand-in for `almanac serve` with labelled example data, for developing and testing the dashboard alone.
//   node mock/server.mjs [--port 5199] [--dist dist]
// It answers every call in src/api/types.ts, forgets everything at exit, and serves the built dashboard at /.
// Each area registers its own routes: export default (api) => { api.get('/api/x/:id', ({params, query, body, shop}) => …) }.
// Handlers answer a value (200), undefined (204), or throw problem(status, code, title, detail, remedy).
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, extname, join, normalize } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import customers from './customers.mjs'
import data from './data.mjs'
import decisions from './decisions.mjs'
import demand from './demand.mjs'
import home from './home.mjs'
import { Problem, problem } from './problem.mjs'
import products from './products.mjs'
import recommendations from './recommendations.mjs'
import session from './session.mjs'
import settings from './settings.mjs'
import begin from './start.mjs'
import stock from './stock.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json', '.woff2': 'font/woff2' }

/** Starts the stand-in; answers {url, close, changed(topics)}. Port 0 takes a free one. */
export function start({ port = 0, dist = join(here, '..', 'dist'), delay = 0 } = {}) {
  const routes = []
  const streams = new Set()
  const send = (event, payload) => { for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(payload)}\n\n`) }
  const register = (method) => (path, handler) => {
    const names = [...path.matchAll(/:(\w+)/g)].map((m) => m[1])
    routes.push({ method, handler, names, pattern: new RegExp(`^${path.replace(/:\w+/g, '([^/]+)')}$`) })
  }
  const api = {
    get: register('GET'), post: register('POST'), put: register('PUT'), del: register('DELETE'),
    problem,
    /** Tells open dashboards that topics changed: changed('decisions', 'home'). */
    changed: (...topics) => send('changed', { topics }),
    /** Tells open dashboards how a job is doing. */
    job: (job) => send('job', job),
  }
  for (const area of [session, home, decisions, demand, stock, settings, products, customers, data, recommendations, begin]) area(api)

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://mock')
    if (url.pathname === '/api/events') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
      response.write(': open\n\n')
      streams.add(response)
      request.on('close', () => streams.delete(response))
      return
    }
    if (!url.pathname.startsWith('/api/')) return file(dist, url.pathname, response)
    const id = `mock-${Math.random().toString(36).slice(2, 10)}`
    const answer = (status, value, type = 'application/json') => {
      response.writeHead(status, { 'Content-Type': type, 'X-Request-Id': id })
      response.end(value === undefined ? '' : JSON.stringify(value))
    }
    try {
      const raw = await read(request)
      const body = parse(raw, request.headers['content-type'])
      const query = Object.fromEntries(url.searchParams)
      const route = routes.find((r) => r.method === request.method && r.pattern.test(url.pathname))
      if (!route) throw problem(404, 'no_route', 'There is nothing at this address', `${request.method} ${url.pathname} is not part of the API.`)
      const values = route.pattern.exec(url.pathname).slice(1).map(decodeURIComponent)
      const params = Object.fromEntries(route.names.map((name, i) => [name, values[i]]))
      if (delay) await new Promise((done) => setTimeout(done, delay))
      const result = await route.handler({ params, query, body, raw, shop: query.shop || 'north-pine', request, response })
      if (result === undefined) answer(204)
      else if (query.format === 'csv' && Array.isArray(result.items)) {
        response.writeHead(200, { 'Content-Type': 'text/csv', 'Content-Disposition': 'attachment; filename="example.csv"' })
        const columns = Object.keys(result.items[0] ?? {})
        response.end([columns, ...result.items.map((row) => columns.map((c) => JSON.stringify(row[c] ?? '')))].map((row) => row.join(',')).join('\r\n'))
      }
      else answer(200, result)
    } catch (error) {
      if (error instanceof Problem) answer(error.status, { type: 'about:blank', status: error.status, title: error.title, detail: error.detail, code: error.code, remedy: error.remedy, errors: error.errors }, 'application/problem+json')
      else answer(500, { type: 'about:blank', status: 500, title: 'The mock failed', detail: String(error.stack ?? error), code: 'internal' }, 'application/problem+json')
    }
  })
  return new Promise((done) => {
    server.listen(port, '127.0.0.1', () => done({
      url: `http://127.0.0.1:${server.address().port}`,
      close: () => { for (const stream of streams) stream.end(); server.closeAllConnections(); return new Promise((closed) => server.close(closed)) },
      changed: api.changed,
    }))
  })
}

function read(request) {
  return new Promise((done, failed) => {
    const parts = []
    request.on('data', (part) => parts.push(part)).on('end', () => done(Buffer.concat(parts))).on('error', failed)
  })
}

function parse(raw, type = '') {
  if (raw.length === 0 || !type.includes('json')) return {}
  try { return JSON.parse(raw.toString('utf8')) } catch (e) { throw problem(400, 'bad_json', 'The body is not JSON', 'The request could not be read.', 'Send valid JSON.') }
}

function file(dist, path, response) {
  const wanted = join(dist, normalize(path))
  const found = wanted.startsWith(dist) && existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(dist, 'index.html')
  if (!existsSync(found)) {
    response.writeHead(404, { 'Content-Type': 'text/plain' })
    response.end('The dashboard is not built: run npm run build, or open the address of npm run dev.\n')
    return
  }
  response.writeHead(200, { 'Content-Type': types[extname(found)] ?? 'application/octet-stream', 'Cache-Control': 'no-cache' })
  createReadStream(found).pipe(response)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const option = (name, otherwise) => { const at = process.argv.indexOf(`--${name}`); return at < 0 ? otherwise : process.argv[at + 1] }
  const running = await start({ port: Number(option('port', 5199)), dist: option('dist', join(here, '..', 'dist')), delay: Number(option('delay', 0)) })
  console.log(`Example data at ${running.url}  (sign in: anna@example.com / almanac, or ${running.url}/sign-in?token=welcome)`)
}
