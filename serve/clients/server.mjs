// Starts the program with a data folder of its own, as a shop would, and reads its record.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = process.env.ALMANAC ?? fileURLToPath(new URL('../../bin/almanac', import.meta.url))

/** A running server: its address, a write key, its facts. */
export async function start() {
  const data = mkdtempSync(join(tmpdir(), 'almanac-clients-'))
  const run = (...args) => execFileSync(program, ['--data', data, ...args], { encoding: 'utf8', maxBuffer: 64 << 20, stdio: ['ignore', 'pipe', 'pipe'] })
  const key = run('key', 'create', '--kind', 'write', '--json', 'clients')
  let server
  const up = () => new Promise((resolve, reject) => {
    server = spawn(program, ['--data', data, 'serve', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    server.stderr.on('data', (b) => { said += b })
    server.on('exit', (code) => reject(new Error(`almanac ended with ${code}: ${said}`)))
    server.stdout.on('data', (b) => {
      const at = /http:\/\/127\.0\.0\.1:\d+/.exec(String(b))
      if (at) resolve(at[0])
    })
  })
  const down = () => new Promise((resolve) => {
    server.removeAllListeners('exit')
    server.on('exit', resolve)
    server.kill('SIGTERM')
  })
  let url = await up()
  return {
    get url() { return url },
    key: JSON.parse(key).secret,
    /** Everything in the record. The server stops meanwhile: the folder is one program's at a time. */
    async facts() {
      await down()
      const lines = run('export', 'facts')
      url = await up()
      return lines.split('\n').filter(Boolean).map((l) => JSON.parse(l))
    },
    async stop() {
      await down()
      rmSync(data, { recursive: true, force: true })
    },
  }
}
