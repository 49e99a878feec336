import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { compileLists, type CompileResult } from '../../../proxy/lists/compile-lists.ts'
import { findSources } from '../../../proxy/lists/find-sources.ts'
import { loadImage, writeImage } from '../../../proxy/lists/image-file.ts'
import type { ListSource } from '../../../proxy/lists/list-source.ts'
import { ListImage } from '../../../rules/lists/list-image.ts'
import { SuffixHashes } from '../../../rules/lists/suffix-hashes.ts'
import { findCategory } from '../../../rules/taxonomy/taxonomy.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { sharedPath, testWithShared } from '../../support/shared-data.ts'

const root = join(import.meta.dirname, '../../..')
const MERGED = 'data/merged'
const map = new Map(
  Object.entries(
    parse(readFileSync(join(root, 'test/support/merged-map.yaml'), 'utf8')) as Record<
      string,
      string
    >,
  ),
)

/** Distinct names and lists of shared/data/README.md. */
const NAMES = 1_287_495
const LABELS = 1_330_472
const LISTS = 35

const COMPILE_MS = 3000

/** Up to three tries, because a busy neighbour only adds. */
async function fastestCompile(sources: readonly ListSource[]): Promise<CompileResult> {
  const once = () => compileLists(sources, { builtAt: '2026-11-25T00:00:00Z' })
  let fastest = await once()
  for (let more = 2; more > 0 && fastest.milliseconds > COMPILE_MS; more -= 1) {
    const next = await once()
    if (next.milliseconds < fastest.milliseconds) fastest = next
  }
  return fastest
}

test('the map names 35 lists and only categories of the taxonomy', () => {
  expect(map.size).toBe(LISTS)
  expect([...map.values()].filter((id) => findCategory(id) === undefined)).toEqual([])
})

testWithShared(MERGED)('all of the merged lists, in time and in size', async () => {
  const { sources } = await findSources(sharedPath(MERGED), map)
  const compiled = await fastestCompile(sources)
  expect(compiled.sources.flatMap(({ lineProblems }) => lineProblems)).toEqual([])
  expect(compiled.sources.filter(({ problem }) => problem !== null)).toEqual([])
  const path = join(tempDirectory(), 'merged.image')
  await writeImage(path, compiled.image ?? new SharedArrayBuffer(0))

  const started = performance.now()
  const buffer = await loadImage(path)
  const image = 'problem' in buffer ? buffer : ListImage.open(buffer)
  const loadMs = performance.now() - started
  if ('problem' in image) throw new Error(image.problem)
  const perName = image.octets / image.names
  console.log(
    `merged lists: ${image.names} names compiled in ${compiled.milliseconds.toFixed(0)} ms, ` +
      `loaded in ${loadMs.toFixed(0)} ms, ${perName.toFixed(2)} octets a name`,
  )
  expect(image.lists).toHaveLength(LISTS)
  expect(image.names).toBe(NAMES)
  expect(image.lists.reduce((sum, { entries }) => sum + entries, 0)).toBe(LABELS)
  expect(perName).toBeLessThanOrEqual(24)
  expect(loadMs).toBeLessThanOrEqual(500)
  expect(compiled.milliseconds).toBeLessThanOrEqual(COMPILE_MS)

  const hashes = new SuffixHashes(image.seed)
  const categoriesOf = (host: string) => {
    hashes.readHost(host)
    return image.listsOf(image.find(hashes)).map((list) => image.lists[list]?.category)
  }
  expect(categoriesOf('m.bet365.com')).toContain('money.gambling')
  expect(categoriesOf('www.bbc.co.uk')).toEqual([])
})
