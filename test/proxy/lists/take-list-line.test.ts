import fc from 'fast-check'
import { expect, test } from 'vitest'
import { takeListLine, type Untaken } from '../../../proxy/lists/take-list-line.ts'
import { ImageBuilder } from '../../../rules/lists/image-builder.ts'
import { parseListLine } from '../../../rules/lists/list-line.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

function newBuilder(): ImageBuilder {
  const builder = new ImageBuilder({ seed: [1, 2], builtAt: '2026-11-25T00:00:00Z' })
  builder.addList({ id: 'a', name: 'a', category: 'c', source: 's', version: 'v' })
  return builder
}

function imageOfLine(text: string, scope: 'host' | 'subtree') {
  const builder = newBuilder()
  const bytes = Buffer.from(`\n${text}\n`)
  const range = { start: 1, end: bytes.length - 1, line: 1, isCut: false }
  const message = takeListLine(bytes, range, { builder, list: 0, scope })
  return { message, image: octetsOf(builder) }
}

/** As `imageOfLine`, without the way around strings. */
function imageOfParsed(text: string, scope: 'host' | 'subtree') {
  const builder = newBuilder()
  const line = parseListLine(Buffer.from(text).toString(), scope)
  let message: Untaken | null = null
  if (line.kind === 'problem') message = { problem: line.message }
  if (line.kind === 'ignored') message = { ignored: line.reason }
  if (line.kind === 'range') builder.addRange(0, line.range)
  if (line.kind === 'pattern') {
    const problem = builder.addPattern(0, line.text)
    if (problem !== null) message = { problem }
  }
  if (line.kind === 'url' && !builder.addUrl(0, line.host, line.path))
    message = { problem: 'a path too long to be matched' }
  if (line.kind === 'hosts') for (const host of line.hosts) builder.addHost(0, line.scope, host)
  return { message, image: octetsOf(builder) }
}

function octetsOf(builder: ImageBuilder): Buffer {
  const image = builder.finish()
  if ('problem' in image) throw new Error(image.problem)
  return Buffer.from(new Uint8Array(image))
}

test('the fast way takes a line exactly as the parser would', () => {
  const part = fc.constantFrom(
    ...[
      '0.0.0.0 ',
      '127.0.0.1 ',
      '127.0.0.1',
      '0.0.0.0',
      'localhost',
      '.localdomain',
      'loc',
      ' ',
      '#',
    ],
    ...['a', 'b.org', '.', '-', 'x.example', '1', '/', '||', '^', 'É'],
  )
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join('')),
      fc.constantFrom('host', 'subtree'),
      (text, scope) => {
        expect(imageOfLine(text, scope)).toEqual(imageOfParsed(text, scope))
      },
    ),
    { numRuns: FUZZ_RUNS * 3 },
  )
})

test('a line that was cut is refused, whatever its beginning says', () => {
  const bytes = Buffer.from('example.org')
  const range = { start: 0, end: bytes.length, line: 1, isCut: true }
  const builder = newBuilder()
  expect(takeListLine(bytes, range, { builder, list: 0, scope: 'host' })).toEqual({
    problem: 'longer than 8192 octets',
  })
  expect(builder.entriesOf(0).entries).toBe(0)
})
