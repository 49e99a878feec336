import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSealed } from '../../../proxy/sealed/sealed-bundle.ts'
import { SealedKeeper } from '../../../proxy/sealed/sealed-keeper.ts'
import { NOT_SEALED } from '../../../rules/sealed/sealed-index.ts'
import { feedMaker } from '../../support/feed-maker.ts'
import { SCHOOL_FILES, schoolFolder } from '../../support/school-folder.ts'

const maker = feedMaker()
const ISSUED = Date.parse('2026-11-24T06:00:00Z')
const HOUR = 3_600_000

const GATE = `${SCHOOL_FILES['gate.yaml'] ?? ''}sealed:
  hashKey: hash.key
  signers: signer.pub
  feeds:
    - { id: csam, category: illegal.csam, file: csam.feed }
`

function scene(files: Readonly<Record<string, string>> = {}) {
  const school = schoolFolder({
    'gate.yaml': GATE,
    'hash.key': maker.hashKey,
    'signer.pub': maker.publicPem,
    'csam.feed': maker.make(['one.example']),
    ...files,
  })
  const records = school.path('records')
  const keeperOf = (keeps = true) =>
    new SealedKeeper({ config: school.config(), directory: school.directory, records, keeps })
  const keeper = keeperOf()
  /** Which of these names is sealed, once the files were read again. */
  const sealed = (by = keeper): string[] => {
    const bundle = by.read()
    if (bundle === null) throw new Error('no feeds')
    const index = openSealed(bundle)
    return ['one.example', 'two.example'].filter((host) => index.findHost(host) !== NOT_SEALED)
  }
  const messages = (now = ISSUED) => keeper.troubles(now).map(({ message }) => message)
  return { ...school, records, keeper, keeperOf, sealed, messages }
}

test('a genuine feed is in force, and a newer one replaces it', () => {
  const { sealed, write, messages, keeper } = scene()
  expect(sealed()).toEqual(['one.example'])
  expect(messages()).toEqual([])
  write('csam.feed', maker.make(['two.example'], { serial: 2 }))
  expect(sealed()).toEqual(['two.example'])
  expect(keeper.status()).toEqual([
    {
      ...{ id: 'csam', category: 'illegal.csam', serial: 2, entries: 1, issued: ISSUED },
      ...{ licence: 'IWF 1234', refused: null },
    },
  ])
})

const BAD: readonly [says: string, text: string, message: string][] = [
  [
    'a wrong signature',
    maker.make(['two.example'], { serial: 2 }).replace('serial 2', 'serial 3'),
    'its signature is wrong',
  ],
  [
    'a signer whom nobody named',
    feedMaker().make(['two.example'], { serial: 2 }),
    'signed by nobody',
  ],
  ['an empty file', '', 'cut short'],
  ['an empty feed', maker.make([], { serial: 2 }), 'the feed is empty'],
  ['a rollback', maker.make(['two.example'], { serial: 1 }), 'was used for other contents'],
]

test.each(BAD)('%s is refused and told, and the old feed stays', (_says, text, message) => {
  const { sealed, write, messages } = scene()
  sealed()
  write('csam.feed', text)
  expect(sealed()).toEqual(['one.example'])
  expect(messages()).toEqual([expect.stringContaining(message)])
  expect(messages()[0]).toContain('serial 1 stays in force')
})

test('the last valid feed outlives its file and the gate, and no older one comes back', () => {
  const { sealed, write, keeperOf, path, messages } = scene()
  write('csam.feed', maker.make(['two.example'], { serial: 2 }))
  sealed()
  rmSync(path('csam.feed'))
  expect(sealed(keeperOf())).toEqual(['two.example'])
  write('csam.feed', maker.make(['one.example'], { serial: 1 }))
  expect(sealed(keeperOf())).toEqual(['two.example'])
  expect(sealed()).toEqual(['two.example'])
  expect(messages()).toEqual([expect.stringContaining('older than 2')])
})

test('whoever takes the file and its copy away takes nothing from a running gate', () => {
  const { sealed, path, records, keeperOf, messages } = scene()
  sealed()
  rmSync(path('csam.feed'))
  rmSync(join(records, 'sealed'), { recursive: true })
  expect(sealed()).toEqual(['one.example'])
  expect(messages()).toEqual([expect.stringContaining('serial 1 stays in force')])
  // And the copy is there again for the next start.
  expect(sealed(keeperOf())).toEqual(['one.example'])
})

test('a kept copy that was changed on the disk is none', () => {
  const { sealed: sealedBy, write, keeperOf, records } = scene()
  sealedBy(keeperOf())
  const keeper = keeperOf()
  const sealed = () => sealedBy(keeper)
  const messages = () => keeper.troubles(ISSUED).map(({ message }) => message)
  const copy = join(records, 'sealed', 'csam.feed')
  writeFileSync(copy, readFileSync(copy, 'utf8').replace('serial 1', 'serial 9'))
  write('csam.feed', 'gone')
  expect(sealed()).toEqual([])
  expect(keeper.read()?.missing).toEqual(['csam'])
  expect(messages()).toEqual([expect.stringContaining('only support.* and the portal')])
})

test('a feed past its day is told of and stays', () => {
  const { sealed, messages } = scene()
  expect(sealed()).toEqual(['one.example'])
  expect(messages(ISSUED + 24 * HOUR)).toEqual([])
  expect(messages(ISSUED + 25 * HOUR)).toEqual(['is 25 hours old and stays in force'])
  expect(messages(ISSUED - 25 * HOUR)).toEqual([expect.stringContaining('in the future')])
  expect(sealed()).toEqual(['one.example'])
})

test('a synthetic feed says what it is', () => {
  const { sealed, keeper } = scene({ 'csam.feed': maker.make(['one.example'], { licence: null }) })
  sealed()
  expect(keeper.notices()).toEqual([expect.stringContaining('SYNTHETIC, NOT LICENSED')])
  expect(keeper.troubles(ISSUED + 99 * HOUR)).toEqual([])
})

test.each([
  ['hash.key', 'no key', 'is no hash key'],
  ['signer.pub', 'no key', 'holds no public key'],
  ['signer.pub', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n', 'Ed25519'],
])('without its %s no feed is in force', (name, text, message) => {
  const { sealed, messages } = scene({ [name]: text })
  expect(sealed()).toEqual([])
  expect(messages()).toEqual([expect.stringContaining(message)])
})

test('a command looks and keeps nothing', () => {
  const { sealed, keeperOf, records } = scene()
  sealed(keeperOf(false))
  expect(() => readdirSync(join(records, 'sealed'))).toThrow('ENOENT')
  sealed(keeperOf(true))
  expect(statSync(join(records, 'sealed', 'csam.feed')).mode & 0o077).toBe(0)
})

test('neither what is kept nor what is told holds a name', () => {
  const { sealed, records, keeper, write } = scene()
  sealed()
  write('csam.feed', maker.make(['two.example'], { serial: 2 }).replace(/[0-9a-f]\n$/, 'x\n'))
  sealed()
  const kept = readFileSync(join(records, 'sealed', 'csam.feed'), 'utf8')
  const said = JSON.stringify([keeper.status(), keeper.troubles(ISSUED), keeper.notices()])
  for (const text of [kept, said]) expect(text).not.toMatch(/example/)
})

test('what has not changed is the same memory, whatever else was reloaded', () => {
  const { keeper, write, sealed } = scene()
  const first = keeper.read()
  expect(keeper.read()).toBe(first)
  write('csam.feed', maker.make(['two.example'], { serial: 2 }))
  const second = keeper.read()
  expect(second).not.toBe(first)
  expect(keeper.read()).toBe(second)
  expect(sealed()).toEqual(['two.example'])
})

test('a copy that can’t be kept is told, and the feed is in force', () => {
  const { sealed, messages, write, records } = scene({
    'records/sealed': 'a file where a folder belongs',
  })
  expect(sealed()).toEqual(['one.example'])
  expect(messages()).toEqual([expect.stringContaining("its copy can't be kept")])
  rmSync(join(records, 'sealed'))
  write('csam.feed', maker.make(['one.example'], { serial: 2 }))
  sealed()
  expect(messages()).toEqual([])
})

test('no feed configured is no sealed part', () => {
  const { directory, config, path } = schoolFolder()
  const keeper = new SealedKeeper({
    ...{ config: config(), directory, records: path('records'), keeps: true },
  })
  expect(keeper.read()).toBeNull()
  expect([keeper.files, keeper.status(), keeper.troubles(0), keeper.notices()]).toEqual([
    [],
    [],
    [],
    [],
  ])
})
