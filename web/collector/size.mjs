// Prints the gzipped size of the collector, which every page of a shop loads, and fails above the limit.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const limit = 6_000
const size = gzipSync(readFileSync('dist/almanac.js'), { level: 9 }).length
console.log(`${String(size).padStart(8)}  bytes gzipped of almanac.js (limit ${limit})`)
if (size > limit) process.exit(1)
