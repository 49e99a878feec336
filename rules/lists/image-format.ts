import type { HashSeed } from './name-hash.ts'
import { NAME_SYMBOLS } from './patterns/name-alphabet.ts'

/**
 * The layout of a list image: one buffer, written to a file as it is and shared by all data threads.
 *
 *     header     16 words, below
 *     keys       2 words a slot: the hash of a name; a low half of 0 is an empty slot
 *     setStarts  set -> where its tags begin; set 0 is empty, one more entry closes the last
 *     tags       list index * 8 + scope, ascending within a set
 *     slotSets   16 bits a slot: the set of the name in it
 *     ranges     4 words a step: where an address range begins or ends; rangeSets, 16 bits: what holds there
 *     patterns   tables of states (patterns/pattern-table.ts): tableEnds, 40 steps a state, the set it accepts
 *     metadata   JSON in UTF-8: the lists, when it was built
 *
 * A slot costs 10 octets, and three slots in five are taken: 16.7 octets a name.
 */
export interface ImageParts {
  readonly seed: HashSeed
  /** Slots. */
  readonly capacity: number
  /** Slots taken. */
  readonly names: number
  readonly keys: Int32Array<SharedArrayBuffer>
  readonly slotSets: Uint16Array<SharedArrayBuffer>
  readonly setStarts: Int32Array<SharedArrayBuffer>
  readonly tags: Int32Array<SharedArrayBuffer>
  /** Four words a step, ascending as unsigned ones; between two starts the set of the earlier one holds. */
  readonly rangeStarts: Int32Array<SharedArrayBuffer>
  readonly rangeSets: Uint16Array<SharedArrayBuffer>
  /** Past the last state of each table of patterns. */
  readonly tableEnds: Int32Array<SharedArrayBuffer>
  /** `NAME_SYMBOLS` a state, counted from the first state of its table. */
  readonly patternSteps: Uint16Array<SharedArrayBuffer>
  readonly patternSets: Uint16Array<SharedArrayBuffer>
  readonly metadata: Uint8Array<SharedArrayBuffer>
}

/** Says in a sentence why there is no image. */
export interface ImageProblem {
  readonly problem: string
}

/** How many of each part an image holds. */
export interface ImageSizes {
  readonly capacity: number
  /** Without the empty set 0. */
  readonly sets: number
  readonly tags: number
  /** Slots taken. */
  readonly names: number
  readonly ranges: number
  readonly patternTables: number
  readonly patternStates: number
  readonly metadataOctets: number
}

/** What 16 bits a slot can tell apart, less the empty set. */
export const MAX_SETS = 0xffff
/** What 16 bits of a tag can tell apart. */
export const MAX_LISTS = 0xffff
/** 50 M names and their lists; a larger number in a header is a torn file, not a school. */
export const MAX_IMAGE_OCTETS = 1 << 30

const MAGIC = 0x4c494753 // `SGIL` in little-endian order; a big-endian machine refuses the file
const FORMAT_VERSION = 2
const HEADER_WORDS = 16
const HEADER = {
  magic: 0,
  version: 1,
  octets: 2,
  checksum: 3,
  seedHigh: 4,
  seedLow: 5,
  capacity: 6,
  sets: 7,
  tags: 8,
  metadataOctets: 9,
  names: 10,
  ranges: 11,
  patternTables: 12,
  patternStates: 13,
} as const

/** A buffer with its header written and all parts still zero; `sealImage` makes it valid. */
export function allocateImage(seed: HashSeed, sizes: ImageSizes): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(imageOctets(sizes))
  const header = new Int32Array(buffer, 0, HEADER_WORDS)
  header[HEADER.magic] = MAGIC
  header[HEADER.version] = FORMAT_VERSION
  header[HEADER.octets] = buffer.byteLength
  header[HEADER.seedHigh] = seed[0]
  header[HEADER.seedLow] = seed[1]
  header[HEADER.capacity] = sizes.capacity
  header[HEADER.sets] = sizes.sets
  header[HEADER.tags] = sizes.tags
  header[HEADER.metadataOctets] = sizes.metadataOctets
  header[HEADER.names] = sizes.names
  header[HEADER.ranges] = sizes.ranges
  header[HEADER.patternTables] = sizes.patternTables
  header[HEADER.patternStates] = sizes.patternStates
  return buffer
}

/** Writes the checksum; after this nothing in the buffer may change. */
export function sealImage(buffer: SharedArrayBuffer): void {
  const words = new Int32Array(buffer)
  words[HEADER.checksum] = checksumOf(words)
}

/** Views of an allocated buffer whose header is known to be right. */
export function partsOf(buffer: SharedArrayBuffer): ImageParts {
  const header = new Int32Array(buffer, 0, HEADER_WORDS)
  const sizes = sizesIn(header)
  const at = offsetsOf(sizes)
  return {
    seed: [header[HEADER.seedHigh] ?? 0, header[HEADER.seedLow] ?? 0],
    capacity: sizes.capacity,
    names: sizes.names,
    keys: new Int32Array(buffer, at.keys, 2 * sizes.capacity),
    setStarts: new Int32Array(buffer, at.setStarts, sizes.sets + 2),
    tags: new Int32Array(buffer, at.tags, sizes.tags),
    slotSets: new Uint16Array(buffer, at.slotSets, sizes.capacity),
    rangeStarts: new Int32Array(buffer, at.rangeStarts, 4 * sizes.ranges),
    rangeSets: new Uint16Array(buffer, at.rangeSets, sizes.ranges),
    tableEnds: new Int32Array(buffer, at.tableEnds, sizes.patternTables),
    patternSteps: new Uint16Array(buffer, at.patternSteps, NAME_SYMBOLS * sizes.patternStates),
    patternSets: new Uint16Array(buffer, at.patternSets, sizes.patternStates),
    metadata: new Uint8Array(buffer, at.metadata, sizes.metadataOctets),
  }
}

/** The parts of an image that `openParts` accepted before: only its header is read. */
export function trustParts(buffer: SharedArrayBuffer): ImageParts | ImageProblem {
  const problem = headerProblem(buffer)
  return problem === null ? partsOf(buffer) : { problem }
}

/** The parts of an image from anywhere, with every index in them checked, or what is wrong with it. */
export function openParts(buffer: SharedArrayBuffer): ImageParts | ImageProblem {
  const parts = trustParts(buffer)
  if ('problem' in parts) return parts
  const words = new Int32Array(buffer)
  if (words[HEADER.checksum] !== checksumOf(words)) {
    return { problem: 'the list image is damaged: its checksum is wrong' }
  }
  if (!setsAreSound(parts)) return { problem: 'the list image has broken tag sets' }
  if (!slotsAreSound(parts)) return { problem: 'the list image has a broken table' }
  if (!rangesAreSound(parts)) return { problem: 'the list image has broken address ranges' }
  if (!patternsAreSound(parts)) return { problem: 'the list image has broken patterns' }
  return parts
}

function headerProblem(buffer: SharedArrayBuffer): string | null {
  if (buffer.byteLength < HEADER_WORDS * 4 || buffer.byteLength % 4 !== 0) {
    return 'not a list image: too short or cut off'
  }
  const header = new Int32Array(buffer, 0, HEADER_WORDS)
  if (header[HEADER.magic] !== MAGIC) return 'not a list image'
  const version = header[HEADER.version] ?? 0
  if (version !== FORMAT_VERSION) {
    return `the list image has format ${version}, this version reads ${FORMAT_VERSION}; compile it again`
  }
  const sizes = sizesIn(header)
  const octets = imageOctets(sizes)
  if (Object.values(sizes).some((size) => size < 0) || octets !== header[HEADER.octets]) {
    return 'the list image has a broken header'
  }
  if (octets !== buffer.byteLength) {
    return `the list image is torn: ${buffer.byteLength} octets of ${octets}`
  }
  return null
}

/** The starts ascend and end with the tags, and a set is ascending: what `ListSets` relies on. */
function setsAreSound({ setStarts, tags }: ImageParts): boolean {
  if (setStarts[0] !== 0 || setStarts[1] !== 0) return false
  if (setStarts[setStarts.length - 1] !== tags.length) return false
  for (let set = 1; set + 1 < setStarts.length; set += 1) {
    const start = setStarts[set] ?? 0
    const end = setStarts[set + 1] ?? 0
    if (end <= start) return false
    for (let at = start + 1; at < end; at += 1) {
      if ((tags[at] ?? 0) <= (tags[at - 1] ?? 0)) return false
    }
  }
  return true
}

/** Every set exists, and an empty slot is there to end each search. */
function slotsAreSound({ keys, slotSets, setStarts, capacity, names }: ImageParts): boolean {
  const sets = setStarts.length - 2
  let empty = 0
  for (let slot = 0; slot < capacity; slot += 1) {
    if (keys[2 * slot + 1] === 0) empty += 1
    if ((slotSets[slot] ?? 0) > sets) return false
  }
  return empty > 0 && names === capacity - empty
}

/** Ascending, so that the search for an address finds its step. */
function rangesAreSound({ rangeStarts, rangeSets, setStarts }: ImageParts): boolean {
  const sets = setStarts.length - 2
  for (let step = 0; step < rangeSets.length; step += 1) {
    if ((rangeSets[step] ?? 0) > sets) return false
    if (step > 0 && !ascends(rangeStarts, step)) return false
  }
  return true
}

function ascends(starts: Int32Array, step: number): boolean {
  for (let word = 0; word < 4; word += 1) {
    const [before, here] = [starts[4 * step - 4 + word] ?? 0, starts[4 * step + word] ?? 0]
    if (before !== here) return before >>> 0 < here >>> 0
  }
  return false
}

/** No step leaves its table. */
function patternsAreSound(parts: ImageParts): boolean {
  const { tableEnds, patternSteps, patternSets, setStarts } = parts
  const sets = setStarts.length - 2
  if ((tableEnds.at(-1) ?? 0) !== patternSets.length) return false
  let first = 0
  for (const end of tableEnds) {
    if (end <= first) return false
    const states = end - first
    const steps = patternSteps.subarray(first * NAME_SYMBOLS, end * NAME_SYMBOLS)
    if (steps.some((state) => state >= states)) return false
    first = end
  }
  return patternSets.every((set) => set <= sets)
}

function sizesIn(header: Int32Array): ImageSizes {
  return {
    capacity: header[HEADER.capacity] ?? 0,
    sets: header[HEADER.sets] ?? 0,
    tags: header[HEADER.tags] ?? 0,
    metadataOctets: header[HEADER.metadataOctets] ?? 0,
    names: header[HEADER.names] ?? 0,
    ranges: header[HEADER.ranges] ?? 0,
    patternTables: header[HEADER.patternTables] ?? 0,
    patternStates: header[HEADER.patternStates] ?? 0,
  }
}

function imageOctets(sizes: ImageSizes): number {
  return offsetsOf(sizes).end
}

function offsetsOf(sizes: ImageSizes) {
  const { capacity, sets, tags, metadataOctets, ranges, patternTables, patternStates } = sizes
  const keys = HEADER_WORDS * 4
  const setStarts = keys + 8 * capacity
  const tagsAt = setStarts + 4 * (sets + 2)
  const slotSets = tagsAt + 4 * tags
  const rangeStarts = slotSets + wholeWords(2 * capacity)
  const rangeSets = rangeStarts + 16 * ranges
  const tableEnds = rangeSets + wholeWords(2 * ranges)
  const patternSteps = tableEnds + 4 * patternTables
  const patternSets = patternSteps + wholeWords(2 * NAME_SYMBOLS * patternStates)
  const metadata = patternSets + wholeWords(2 * patternStates)
  const end = metadata + wholeWords(metadataOctets)
  return {
    ...{ keys, setStarts, tags: tagsAt, slotSets, rangeStarts, rangeSets },
    ...{ tableEnds, patternSteps, patternSets, metadata, end },
  }
}

function wholeWords(octets: number): number {
  return Math.ceil(octets / 4) * 4
}

/** Tells a torn or bit-rotten file from a whole one; no protection against a forger. */
function checksumOf(words: Int32Array): number {
  let sum = words.length
  for (let at = 0; at < words.length; at += 1) {
    // The checksum can't cover itself.
    const word = at === HEADER.checksum ? 0 : (words[at] ?? 0)
    sum = Math.imul(((sum << 5) | (sum >>> 27)) ^ word, 0x9e3779b1 | 0)
  }
  return sum
}
