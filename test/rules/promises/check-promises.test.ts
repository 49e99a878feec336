import { expect, test } from 'vitest'
import { problemsOf } from './promise-scene.ts'

const GOOD = { id: 'x', says: 'A promise.', url: 'example.org', expect: 'block' }

const write = (...promises: object[]): string =>
  promises.map((promise) => `  - ${JSON.stringify(promise)}\n`).join('')

const WRONG: readonly [says: string, promise: object, problem: string | RegExp][] = [
  ['a misspelt key', { expects: 'x' }, 'promises.0.expects: unknown key; did you mean `expect`?'],
  [
    'a misspelt key of who',
    { who: { rol: 'staff' } },
    'promises.0.who.rol: unknown key; did you mean `role`?',
  ],
  [
    'a misspelt role',
    { who: { role: 'pupl' } },
    /^promises\.0\.who\.role\.0: .*did you mean `pupil`\?$/,
  ],
  [
    'an answer that there is not',
    { expect: 'blok' },
    /^promises\.0\.expect: .*did you mean `block`\?$/,
  ],
  [
    'a who without anybody',
    { who: {} },
    'promises.0.who: names nobody; without `who` a promise is to everybody',
  ],
  [
    'a device and a kind of device',
    { who: { device: 'a', role: 'staff' } },
    'promises.0.who.device: `device` stands alone: the rest of `who` would not be asked',
  ],
  [
    'a phase',
    { who: { phase: 'secondry' } },
    'promises.0.who.phase: no phase `secondry`; did you mean `secondary`?',
  ],
  ['a zone', { zone: 'libary' }, 'promises.0.zone: no zone `libary`; did you mean `library`?'],
  ['a window', { during: 'lessn' }, 'promises.0.during: no window `lessn`; did you mean `lesson`?'],
  ['an instant', { at: '2026-11-24T10:00' }, /^promises\.0\.at\.0: .*names no offset from UTC/],
  [
    'what is no site',
    { url: ['a.example', 'b c'] },
    'promises.0.url.1: `b c` is no URL and no host name',
  ],
  [
    'a reason for what is open',
    { expect: 'allow', reason: 'site' },
    'promises.0.reason: only `expect: block` has a reason, and this one is `allow`',
  ],
]

test.each(WRONG)('%s is a problem with its place', (_says, change, problem) => {
  const found = problemsOf(write({ ...GOOD, ...change }))
  expect(found).toEqual([
    typeof problem === 'string' ? problem : (expect.stringMatching(problem) as string),
  ])
})

test('two promises with one id are a problem', () => {
  expect(problemsOf(write(GOOD, GOOD))).toEqual(['promises.1.id: `x` is promised twice'])
})

test('a promise in order is none', () => {
  expect(problemsOf(write(GOOD))).toEqual([])
})
