// Prints the gzipped size of the script that a first visit to Home loads, and fails above the limit.
// Counted: the entry, everything it imports, and the chunk of Home with its imports; not what loads later (charts, other pages).
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const limit = 400_000
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'))
const seen = new Set()
function visit(key) {
  if (seen.has(key)) return
  seen.add(key)
  for (const next of manifest[key]?.imports ?? []) visit(next)
}
for (const key of Object.keys(manifest)) if (manifest[key].isEntry || key === 'src/pages/home/index.tsx') visit(key)

let total = 0
for (const file of new Set([...seen].map((key) => manifest[key].file).filter((name) => name.endsWith('.js')))) {
  const size = gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length
  total += size
  console.log(`${String(size).padStart(8)}  ${file}`)
}
console.log(`${String(total).padStart(8)}  bytes gzipped at the first load of Home (limit ${limit})`)
if (total > limit) process.exit(1)
