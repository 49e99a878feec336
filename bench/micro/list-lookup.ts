import { ImageBuilder } from '../../rules/lists/image-builder.ts'
import { ListImage } from '../../rules/lists/list-image.ts'
import { SuffixHashes } from '../../rules/lists/suffix-hashes.ts'
import { measure } from './measure.ts'

/** About as many names as shared/data/merged has, in as many lists. */
const NAMES = 1_287_495
const LISTS = 35
/** Far more queries than a processor's cache holds slots for, so that a look-up pays for memory. */
const QUERIES = 200_000

function nameNumber(n: number): string {
  return `${(Math.imul(n, 0x9e3779b1) >>> 0).toString(36)}-${n}.${n % 3 === 0 ? 'co.uk' : 'com'}`
}

const builder = new ImageBuilder({ seed: [1, 2], builtAt: '2026-11-25T00:00:00Z' })
for (let n = 0; n < LISTS; n += 1) {
  builder.addList({ id: `list-${n}`, name: '', category: 'c', source: 's', version: 'v' })
}
for (let n = 0; n < NAMES; n += 1) builder.addHost(n % LISTS, 'subtree', nameNumber(n))
for (let n = 0; n < 100; n += 1) builder.addUrl(n % LISTS, 'mixed.example', `/sealed/${n}/`)
const buffer = builder.finish()
if ('problem' in buffer) throw new Error(buffer.problem)
const image = ListImage.open(buffer)
if ('problem' in image) throw new Error(image.problem)

const hashes = new SuffixHashes(image.seed)

function wireOf(host: string): Uint8Array {
  const labels = host.split('.').flatMap((label) => [label.length, ...Buffer.from(label)])
  return Uint8Array.from([...labels, 0])
}

const listed = Array.from({ length: QUERIES }, (_, n) => `www.${nameNumber(n * 6)}`)
const unlisted = Array.from({ length: QUERIES }, (_, n) => `www.${nameNumber(NAMES + n)}`)
const listedWire = listed.map(wireOf)
const unlistedWire = unlisted.map(wireOf)

const findWire = (wire: Uint8Array) => {
  hashes.readWire(wire, 0)
  return image.find(hashes)
}
const findHost = (host: string) => {
  hashes.readHost(host)
  return image.find(hashes)
}
const findUrl = (path: string) => {
  hashes.readHost('mixed.example')
  return image.findUrl(hashes, path)
}

console.log(`${image.names} names, ${(image.octets / image.names).toFixed(1)} octets each`)
measure('hash: wire name, all suffixes', listedWire, (wire) => hashes.readWire(wire, 0))
measure('find: listed, wire', listedWire, findWire)
measure('find: not listed, wire', unlistedWire, findWire)
measure('find: listed, text', listed, findHost)
measure('find: not listed, text', unlisted, findHost)
measure('findUrl: listed path', ['/sealed/7/page?x=1', '/sealed/99/'], findUrl)
measure('findUrl: path that needs normalising', ['/x/../%73ealed//7/', '/sealed/%37/a'], findUrl)
