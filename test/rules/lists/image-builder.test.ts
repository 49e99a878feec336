import { expect, test } from 'vitest'
import { ImageBuilder } from '../../../rules/lists/image-builder.ts'
import { ListImage } from '../../../rules/lists/list-image.ts'
import { SuffixHashes } from '../../../rules/lists/suffix-hashes.ts'

function builderOf(lists: number): ImageBuilder {
  const builder = new ImageBuilder({ seed: [1, 2], builtAt: '2026-11-25T00:00:00Z' })
  for (let list = 0; list < lists; list += 1) {
    builder.addList({ id: `rule-${list}`, name: '', category: '', source: '', version: '' })
  }
  return builder
}

function opened(builder: ImageBuilder): ListImage {
  const buffer = builder.finish()
  if ('problem' in buffer) throw new Error(buffer.problem)
  const image = ListImage.open(buffer)
  if ('problem' in image) throw new Error(image.problem)
  return image
}

function listsOf(image: ListImage, host: string): readonly number[] {
  const hashes = new SuffixHashes(image.seed)
  hashes.readHost(host)
  return image.listsOf(image.find(hashes))
}

test('thousands of lists, each with its own name, overlap as they should', () => {
  const builder = builderOf(5000)
  for (let list = 0; list < 5000; list += 1) {
    builder.addHost(list, 'subtree', `site${list >> 1}.example`)
    builder.addHost(list, 'host', `only${list}.site${list >> 1}.example`)
  }
  const image = opened(builder)
  expect(listsOf(image, 'site7.example')).toEqual([14, 15])
  expect(listsOf(image, 'only15.site7.example')).toEqual([14, 15])
  expect(listsOf(image, 'only15.site8.example')).toEqual([16, 17])
  expect(image.names).toBe(7500)
})

test('a name in a hundred lists has one slot, and the sets on the way there are not kept', () => {
  const builder = builderOf(100)
  for (let list = 0; list < 100; list += 1) builder.addHost(list, 'host', 'example.org')
  const image = opened(builder)
  expect(listsOf(image, 'example.org')).toHaveLength(100)
  expect(image.names).toBe(1)
  // The empty set, all lists, and that is the set of the name.
  expect(image.tagSetCount).toBe(2)
})

test('more different overlaps than 16 bits can number are refused', () => {
  const builder = builderOf(400)
  let names = 0
  for (let left = 0; left < 400; left += 1) {
    for (let right = left + 1; right < 400; right += 1) {
      const host = `n${(names += 1)}.example`
      builder.addHost(left, 'host', host)
      builder.addHost(right, 'host', host)
    }
  }
  expect(builder.finish()).toEqual({
    problem: 'the lists overlap in 79800 different ways, an image holds 65535',
  })
})

test('more lists than 16 bits can number are refused', () => {
  expect(builderOf(65_536).finish()).toEqual({ problem: '65536 lists, an image holds 65535' })
})

test('what is no host or no path that could be matched is not taken', () => {
  const builder = builderOf(1)
  const bytes = Buffer.from('good.example bad..example')
  expect(builder.addBytes(0, 'host', bytes, { start: 0, end: 12 })).toBe(true)
  expect(builder.addBytes(0, 'host', bytes, { start: 13, end: 25 })).toBe(false)
  expect(builder.addHost(0, 'host', 'a..b')).toBe(false)
  expect(builder.addHost(0, 'host', '.')).toBe(false)
  expect(builder.addUrl(0, 'a..b', '/x')).toBe(false)
  expect(builder.addUrl(0, 'a.example', '/x'.repeat(200))).toBe(false)
  expect(builder.addUrl(0, 'a.example', `/${'x'.repeat(9000)}`)).toBe(false)
  expect(builder.entriesOf(0)).toMatchObject({ entries: 1, urls: 0 })
})

test('octets and text of the same name are one entry', () => {
  const builder = builderOf(1)
  const bytes = Buffer.from('WWW.Example.org')
  builder.addBytes(0, 'subtree', bytes, { start: 0, end: bytes.length })
  builder.addHost(0, 'subtree', 'www.example.org')
  expect(builder.entriesOf(0).entries).toBe(1)
  expect(listsOf(opened(builder), 'www.example.org')).toEqual([0])
})

test('a version told late is the one in the image', () => {
  const builder = builderOf(1)
  builder.setVersion(0, 'abc')
  expect(opened(builder).lists[0]?.version).toBe('abc')
})
