import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseHostname } from '../../../rules/names/hostname.ts'
import { ENGINES, type Engine } from '../../../rules/safe-modes/engines.ts'
import { findCategory } from '../../../rules/taxonomy/taxonomy.ts'
import { sharedPath, testWithShared } from '../../support/shared-data.ts'

const ROWS = ENGINES.flatMap((engine) => engine.hosts.map((at) => ({ ...at, engine })))

function engineAt(name: string): Engine | undefined {
  return ROWS.find(
    ({ host, scope }) => name === host || (scope === 'subtree' && name.endsWith(`.${host}`)),
  )?.engine
}

/** Where it is reached in its strictest mode. */
function targetOf({ mode }: Engine): string | null {
  if (mode.kind === 'host') return mode.host
  return mode.kind === 'levels' ? mode.strict : null
}

test('no host is in two rows, by itself or below another', () => {
  const twice = ROWS.filter(({ host }) => {
    const meets = ROWS.filter(
      (other) =>
        other.host === host || (other.scope === 'subtree' && host.endsWith(`.${other.host}`)),
    )
    return meets.length > 1
  })
  expect(twice.map(({ host }) => host)).toEqual([])
})

test('ids are unique, hosts canonical and categories known', () => {
  expect(new Set(ENGINES.map(({ id }) => id)).size).toBe(ENGINES.length)
  expect(ROWS.filter(({ host }) => parseHostname(host) !== host)).toEqual([])
  expect(ENGINES.filter(({ category }) => findCategory(category) === undefined)).toEqual([])
})

test('the host of a safe mode is safe itself, so that no answer leads round in a circle', () => {
  for (const { mode } of ENGINES) {
    if (mode.kind === 'host') expect(engineAt(mode.host)?.mode.kind).toBe('always')
    if (mode.kind === 'levels') {
      expect(engineAt(mode.strict)?.mode.kind).toBe('always')
      const milder = mode.moderate === null ? undefined : engineAt(mode.moderate)
      if (milder !== undefined) expect(targetOf(milder)).toBe(mode.strict)
    }
  }
})

test.each([
  ['www.google.co.uk', 'forcesafesearch.google.com'],
  ['www.google.fr', 'forcesafesearch.google.com'],
  ['google.com', 'forcesafesearch.google.com'],
  ['images.google.de', 'forcesafesearch.google.com'],
  ['www.bing.com', 'strict.bing.com'],
  ['duckduckgo.com', 'safe.duckduckgo.com'],
  ['m.youtube.com', 'restrict.youtube.com'],
  ['restrictmoderate.youtube.com', 'restrict.youtube.com'],
  ['www.ecosia.org', 'strict-safe-search.ecosia.org'],
  ['pixabay.com', 'safesearch.pixabay.com'],
  ['yandex.com.tr', 'familysearch.yandex.ru'],
  ['search.brave.com', 'safe.search.brave.com'],
  ['api.qwant.com', 'safeapi.qwant.com'],
  ['www.startpage.com', 'safe.startpage.com'],
  ['uk.search.yahoo.com', null],
  ['player.vimeo.com', null],
])('%s is held at %s', (host, target) => {
  const engine = engineAt(host)
  expect(engine === undefined ? 'no engine' : targetOf(engine)).toBe(target)
})

test.each([
  'mail.google.com',
  'classroom.google.com',
  'i.ytimg.com',
  'mail.yandex.com',
  'bbc.co.uk',
])('%s is no engine', (host) => {
  expect(engineAt(host)).toBeUndefined()
})

/** Another table of the same facts, gathered by others; not in the repository. */
const ORACLE = 'data/safesearch/safesearch.tsv'
/** Of the hosts there that are written otherwise here. */
const AS_ADDRESS: Readonly<Record<string, string>> = { '213.180.193.56': 'familysearch.yandex.ru' }

testWithShared(ORACLE)('all of the 258 hosts of the shared table are held where it says', () => {
  const rows = readFileSync(sharedPath(ORACLE), 'utf8').trim().split('\n').slice(1)
  const wrong = rows.filter((row) => {
    const [, host = '', , target = ''] = row.split('\t')
    const mode = engineAt(host)?.mode
    const mine =
      mode?.kind === 'levels' ? mode.moderate : mode?.kind === 'host' ? mode.host : undefined
    return mine !== (AS_ADDRESS[target] ?? target)
  })
  expect(rows).toHaveLength(258)
  expect(wrong).toEqual([])
})
