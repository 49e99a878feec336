import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readHosts } from '../../../proxy/lists/read-hosts.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

function fileOf(content: string | Uint8Array): string {
  const path = join(tempDirectory(), 'hosts')
  writeFileSync(path, content)
  return path
}

const PLAIN = '# popular\nB.example\n\na.example\nb.example\nno..host\nc.example.\n'

test('hosts in the order of the file, each once, canonical, comments and nonsense left out', () => {
  expect(readHosts(fileOf(PLAIN), 10)).toEqual(['b.example', 'a.example', 'c.example'])
})

test('as many as are asked for', () => {
  expect(readHosts(fileOf(PLAIN), 2)).toEqual(['b.example', 'a.example'])
})

test('gzip is told by its first octets', () => {
  expect(readHosts(fileOf(gzipSync(PLAIN)), 1)).toEqual(['b.example'])
})

test('the column `domain` of tab-separated values', () => {
  const text = 'rank\tdomain\tcategories\n21\ta.example\tadult\n22\tb.example\tmalware\n'
  expect(readHosts(fileOf(text), 10)).toEqual(['a.example', 'b.example'])
})

test('a file without a host, or none at all, is said in words', () => {
  const empty = fileOf('# nothing\n')
  expect(readHosts(empty, 10)).toBe(`\`${empty}\` names no host`)
  expect(readHosts('/nowhere/hosts', 10)).toMatch(/^cannot read `\/nowhere\/hosts`: ENOENT/)
  expect(readHosts(fileOf(Uint8Array.of(0x1f, 0x8b, 1)), 10)).toMatch(/^cannot read /)
})
