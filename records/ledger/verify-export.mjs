#!/usr/bin/env node
// Proves a file made by `schoolgate ledger export`, with nothing but Node and this page:
//
//   node verify-export.mjs EXPORT.jsonl [SEQ:HASH]
//
// Each line is an entry or a text. An entry's `hash` is the SHA-256 of the canonical JSON (RFC 8785)
// of its other fields; its `prev_hash` is the hash of the entry before, 64 zeros in entry 1. A text is
// known by its SHA-256. SEQ:HASH is a head noted earlier: it shows that no tail was cut off since.
import console from 'node:console'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import process from 'node:process'
import { createInterface } from 'node:readline'

const [path, remembered] = process.argv.slice(2)
if (path === undefined || (remembered !== undefined && !/^\d+:[0-9a-f]{64}$/.test(remembered))) {
  console.error('usage: node verify-export.mjs EXPORT.jsonl [SEQ:HASH]')
  process.exit(2)
}

const sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex')

/** Keys sorted by UTF-16 code units, no white space; numbers and strings as ECMAScript writes them. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const keys = Object.keys(value).sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`
}

function fail(line, message) {
  console.error(`${path}:${line}: ${message}`)
  process.exit(1)
}

let line = 0
let seq = 0
let head = '0'.repeat(64)
const texts = new Set()
const seen = new Set([`0:${head}`])

for await (const json of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
  line += 1
  let value
  try {
    value = JSON.parse(json)
  } catch {
    fail(line, 'not JSON')
  }
  if (typeof value?.text === 'string') {
    if (sha256(value.text) !== value.document) fail(line, `the text ${value.document} was edited`)
    texts.add(value.document)
    continue
  }
  const { hash, ...body } = value ?? {}
  if (body.seq !== seq + 1) fail(line, `entry ${seq + 1} is missing: entry ${body.seq} comes next`)
  if (sha256(canonical(body)) !== hash) fail(line, `entry ${body.seq} was edited`)
  if (body.prev_hash !== head) fail(line, `entry ${body.seq} does not follow entry ${seq}`)
  const pointer = body.after?.document
  if (pointer !== undefined && !texts.has(pointer)) fail(line, `the text ${pointer} is missing`)
  seq = body.seq
  head = hash
  if (remembered !== undefined) seen.add(`${seq}:${hash}`)
}
if (remembered !== undefined && !seen.has(remembered)) fail(line, `head ${remembered} is not in it`)
console.log(`${seq} entries and ${texts.size} texts verified, head ${seq}:${head}`)
