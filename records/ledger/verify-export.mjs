#!/usr/bin/env node
// Proves a file made by `schoolgate ledger export`, with nothing but Node and this page:
//
//   node verify-export.mjs EXPORT.jsonl [checkpoint.pub] [SEQ:HASH]
//
// Each line is one of these. An entry: its `hash` is the SHA-256 of the canonical JSON (RFC 8785) of its
// other fields, its `prev_hash` the hash of the entry before, 64 zeros in entry 1. A text: known by its
// SHA-256. An entry set aside with a branch that gave way: its canonical JSON. A checkpoint: a text that
// says what the head was, signed with Ed25519; checkpoint.pub has the public keys (PEM) and must come
// from the gate, not with the export. SEQ:HASH is a head noted earlier: no tail was cut off since.
import { Buffer } from 'node:buffer'
import console from 'node:console'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import process from 'node:process'
import { createInterface } from 'node:readline'

const [path, ...more] = process.argv.slice(2)
const remembered = more.find((text) => /^\d+:[0-9a-f]{64}$/.test(text))
const keyFile = more.find((text) => text !== remembered)
if (path === undefined || more.length > (remembered ? 1 : 0) + (keyFile ? 1 : 0)) {
  console.error('usage: node verify-export.mjs EXPORT.jsonl [checkpoint.pub] [SEQ:HASH]')
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

let line = 0
function fail(message) {
  console.error(`${path}:${line}: ${message}`)
  process.exit(1)
}

const PEM = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g
const blocks = keyFile === undefined ? [] : (readFileSync(keyFile, 'utf8').match(PEM) ?? [])
const publicKeys = blocks.map((pem) => createPublicKey(pem))
if (keyFile !== undefined && publicKeys.length === 0) fail(`${keyFile} holds no public key`)

/** By number of the entry. */
const hashes = ['0'.repeat(64)]
const texts = new Set()
const aside = new Set()
let checkpoints = 0

function takeCheckpoint({ signed, signature }) {
  checkpoints += 1
  const { checkpoint, seq, hash } = parse(signed) ?? {}
  const isBy = (key) => verify(null, Buffer.from(signed), key, Buffer.from(signature, 'hex'))
  if (checkpoint !== checkpoints) fail(`checkpoint ${checkpoints} is missing`)
  if (hash !== hashes[seq] && !aside.has(hash)) {
    fail(`entry ${seq}, as checkpoint ${checkpoint} signed it, is not in the ledger`)
  }
  if (keyFile !== undefined && !publicKeys.some(isBy)) {
    fail(`checkpoint ${checkpoint} is not signed by a key in ${keyFile}`)
  }
}

function takeEntry({ hash, ...body }) {
  const seq = hashes.length
  if (body.seq !== seq) fail(`entry ${seq} is missing: entry ${body.seq} comes next`)
  if (sha256(canonical(body)) !== hash) fail(`entry ${seq} was edited`)
  if (body.prev_hash !== hashes.at(-1)) fail(`entry ${seq} does not follow entry ${seq - 1}`)
  const pointer = body.after?.document
  if (pointer !== undefined && !texts.has(pointer)) fail(`the text ${pointer} is missing`)
  hashes.push(hash)
}

function parse(json) {
  try {
    return JSON.parse(json)
  } catch {
    fail('not JSON')
  }
}

for await (const json of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
  line += 1
  const value = parse(json) ?? {}
  if (typeof value.signed === 'string') takeCheckpoint(value)
  else if (typeof value.aside === 'string') aside.add(sha256(value.aside))
  else if (typeof value.text !== 'string') takeEntry(value)
  else if (sha256(value.text) === value.document) texts.add(value.document)
  else fail(`the text ${value.document} was edited`)
}
const [, at, noted] = /^(\d+):(.*)$/.exec(remembered ?? '') ?? []
if (noted !== hashes[at]) fail(`head ${remembered} is not in it`)
const head = `${hashes.length - 1}:${hashes.at(-1)}`
const by = keyFile === undefined ? 'whose signatures were not checked' : 'with their signatures'
console.log(`${hashes.length - 1} entries and ${texts.size} texts verified, head ${head}`)
if (checkpoints > 0) console.log(`${checkpoints} checkpoints, ${by}`)
