import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeFeeds, makeFeedKeys, signSealedFeed } from '../../commands/sealed-feeds.ts'
import { makeBundle } from '../../proxy/policy/make-bundle.ts'
import { openBundle } from '../../proxy/policy/bundle.ts'
import { captured } from '../support/captured-output.ts'
import { SCHOOL_FILES, schoolFolder } from '../support/school-folder.ts'

const GATE = `${SCHOOL_FILES['gate.yaml'] ?? ''}sealed:
  hashKey: keys/hash.key
  signers: keys/signer.pub
  feeds:
    - { id: csam, category: illegal.csam, file: csam.feed }
`

async function scene(list = '# ours\nsealed-name.example\nmixed.example/a/\n') {
  const school = schoolFolder({ 'gate.yaml': GATE, 'list.txt': list })
  const keys = await captured(() => makeFeedKeys([school.path('keys')]))
  const sign = (...more: string[]) =>
    captured(() =>
      signSealedFeed([
        ...['--key', school.path('keys/signer.key'), '--hash-key', school.path('keys/hash.key')],
        ...['--feed', 'csam', '--category', 'illegal.csam', '--serial', '3'],
        ...['--issued', '2026-11-24T06:00:00Z', '--out', school.path('csam.feed')],
        ...[...more, school.path('list.txt')],
      ]),
    )
  const said = () => {
    const loaded = { config: school.config(), directory: school.directory }
    return describeFeeds(loaded, Date.parse('2026-11-24T09:00:00Z')).join('\n')
  }
  return { ...school, keys, sign, said }
}

test('keys are made, a list is signed, and a gate blocks what it names', async () => {
  const { keys, sign, said, path, config, directory, register } = await scene()
  expect(keys.code).toBe(0)
  expect(readdirSync(path('keys')).toSorted()).toEqual(['hash.key', 'signer.key', 'signer.pub'])
  expect(statSync(path('keys/signer.key')).mode & 0o077).toBe(0)
  const signed = await sign('--licence', 'IWF 1234')
  expect(signed).toMatchObject({
    code: 0,
    out: expect.stringContaining('serial 3, 2 entries') as string,
  })
  expect(said()).toBe(
    'sealed feed `csam` (illegal.csam): serial 3, 2 entries, 3.0 hours old, licence IWF 1234',
  )
  const made = await makeBundle({
    register: register(),
    config: config(),
    directory,
    imageDirectory: null,
  })
  if (!made.ok) throw new Error(made.problems.join())
  const { engine, subjects } = openBundle(made.bundle)
  const subject = subjects.ask({ device: 'phone' }, Date.parse('2026-11-24T10:00:00Z'))
  if (subject === null) throw new Error('no device')
  const ruling = engine.decideHost(subject.stance, 'www.sealed-name.example')
  expect(ruling).toMatchObject({
    reasonCode: 'sealed',
    listSource: 'csam',
    listVersion: 'serial 3',
  })
  expect(engine.decideUrl(subject.stance, 'mixed.example', '/a/b').reasonCode).toBe('sealed')
  expect(engine.decideUrl(subject.stance, 'mixed.example', '/b').reasonCode).not.toBe('sealed')
  expect(engine.sealedMissing).toBe(false)
})

test('a synthetic feed is called what it is, when it is made and when it is counted', async () => {
  const { sign, said } = await scene()
  expect((await sign('--synthetic')).out).toContain('NOT LICENSED')
  expect(said()).toContain('NOT LICENSED')
})

test('without a valid copy the count says so', async () => {
  const { said } = await scene()
  expect(said()).toContain('NO VALID COPY')
})

test('a line that is not understood is named by its number alone, and no feed is made', async () => {
  const { sign, directory } = await scene('sealed-name.example\nbad secret..line\n/regex/\n')
  const { code, out, err } = await sign('--synthetic')
  expect([code, out]).toEqual([1, ''])
  expect(err).toContain('not understood: line 2, 3')
  expect(err).not.toContain('secret')
  expect(readdirSync(directory)).not.toContain('csam.feed')
})

test.each([
  ['an empty list', '# nothing\n', ['--synthetic'], 1, 'the feed is empty'],
  ['no word on the licence', 'a.example\n', [], 2, '--licence'],
  ['two words on the licence', 'a.example\n', ['--synthetic', '--licence', 'x'], 2, '--licence'],
  ['an open category', 'a.example\n', ['--synthetic', '--category', 'media.games'], 1, 'SEALED'],
  ['a serial that is none', 'a.example\n', ['--synthetic', '--serial', 'x'], 1, 'serial'],
  ['a time that is none', 'a.example\n', ['--synthetic', '--issued', 'noon'], 2, '--issued'],
])('%s is refused', async (...[, list, more, code, message]) => {
  const { sign } = await scene(list)
  const ran = await sign(...more)
  expect(ran.code).toBe(code)
  expect(ran.err).toContain(message)
})

test('keys that are there are not written over', async () => {
  const { path } = await scene()
  const before = readFileSync(path('keys/hash.key'), 'utf8')
  expect((await captured(() => makeFeedKeys([path('keys')]))).code).toBe(1)
  expect(readFileSync(path('keys/hash.key'), 'utf8')).toBe(before)
})

test('a key file of another kind is refused in words', async () => {
  const { sign, path } = await scene()
  mkdirSync(join(path('keys'), 'more'))
  writeFileSync(path('keys/signer.key'), 'no key')
  const { code, err } = await sign('--synthetic')
  expect(code).toBe(1)
  expect(err).toContain('no feed made')
})
