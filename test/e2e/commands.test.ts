import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDirectory } from '../support/temp-directory.ts'
import { run, type ProgramResult } from './run-program.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const CONFIG = join(ROOT, 'examples', 'gate.yaml')

const schoolgate = (...args: string[]): Promise<ProgramResult> =>
  run(join(ROOT, 'schoolgate'), args)

/** Reads the school from its files, whatever `npm start` has left in `var/`. */
const noRecords = (): string[] => ['--set', `records.directory=${join(tempDirectory(), 'none')}`]

test.each(['access', 'content'])(
  '`explain --batch` gives every verdict of %s.ndjson',
  async (name) => {
    const file = join(ROOT, 'test', 'acceptance', `${name}.ndjson`)
    const { code, out, err } = await schoolgate(
      'explain',
      '--config',
      CONFIG,
      ...noRecords(),
      '--batch',
      file,
    )
    expect([code, err]).toEqual([0, ''])
    const questions = linesOf(readFileSync(file, 'utf8')) as { expect: Record<string, unknown> }[]
    const verdicts = linesOf(out) as Record<string, unknown>[]
    expect(verdicts).toHaveLength(questions.length)
    questions.forEach((question, index) => {
      expect({ ...question, expect: verdicts[index] }).toMatchObject(question)
    })
  },
)

test('a verdict has the fields of the contract, in words and as JSON', async () => {
  const question = [
    'explain',
    '--config',
    CONFIG,
    ...noRecords(),
    '--device',
    'staff-phone',
    '--ip',
    '127.10.10.7',
    '--url',
    'https://bbc.co.uk/',
    '--at',
    '2026-11-24T10:00:00Z',
  ]
  const json = await schoolgate(...question, '--json')
  expect(JSON.parse(json.out)).toEqual({
    action: 'block',
    reason_code: 'reception_hours',
    profile: null,
    alert: false,
    zone: 'classroom',
    windows: ['lesson', 'reception_hours', 'staff_day'],
    category: 'edu.allow',
    rule_id: 'staff-reception-hours',
    list_source: 'starter',
    list_version: '2026-11',
    policy_version: 1,
    valid_until: '2026-11-24T15:30:00Z',
    cause: expect.stringContaining('reception hours') as string,
  })
  const { out } = await schoolgate(...question)
  expect(out).toMatch(/^answer +block \(reception_hours\)$/m)
  expect(out).toMatch(/^holds until +2026-11-24T15:30:00Z$/m)
})

test('`check` is content with the example school and exact about a broken one', async () => {
  expect(await schoolgate('check', CONFIG)).toMatchObject({ code: 0 })
  const directory = tempDirectory()
  const policy = join(directory, 'policy.yaml')
  const text = readFileSync(join(ROOT, 'examples', 'policy.yaml'), 'utf8')
  writeFileSync(policy, text.replace('pupil_area: true', 'pupil_aera: true'))
  const { code, out } = await schoolgate('check', policy)
  expect(code).toBe(1)
  expect(out).toMatch(
    /policy\.yaml:\d+:\d+: zones\.classroom\.pupil_aera: unknown key; did you mean `pupil_area`\?/,
  )
  expect((await schoolgate('check', join(directory, 'nothing.yaml'))).code).toBe(2)
})

test('a person at a terminal sees how far a compile is, and nothing of it is left at the end', async () => {
  const directory = tempDirectory()
  const names = Array.from({ length: 200_000 }, (_, number) => `host-${number}.example\n`)
  writeFileSync(join(directory, 'media.games.txt'), names.join(''))
  const command = [join(ROOT, 'schoolgate'), 'lists', 'compile', '--out', `${directory}/image`]
  const { out } = await run('script', ['-qec', [...command, directory].join(' '), '/dev/null'])
  const shown = [...out.matchAll(/\r\[(#*) *\] (\d+) %/g)]
  const percents = shown.map(([, , percent]) => Number(percent))
  expect(percents.length).toBeGreaterThan(3)
  expect(percents).toEqual([...percents].sort((a, b) => a - b))
  expect(shown.map(([, cells]) => cells?.length)).toEqual(
    percents.map((percent) => Math.round((percent / 100) * 30)),
  )
  // What stays on the line is the result.
  expect(out.split('\r').at(-2)).toMatch(/^\S+: 1 list, 200000 entries, /)
})

test('`lists` compiles, counts and finds', async () => {
  const directory = tempDirectory()
  const lists = join(directory, 'lists')
  mkdirSync(lists)
  copyFileSync(
    join(ROOT, 'examples/lists/starter/comms.social.txt'),
    join(lists, 'comms.social.txt'),
  )
  const image = join(directory, 'lists.sgimage')
  expect(await schoolgate('lists', 'compile', '--out', image, lists)).toMatchObject({ code: 0 })
  const stat = await schoolgate('lists', 'stat', image)
  expect(stat).toMatchObject({ code: 0 })
  expect(stat.out).toContain('comms.social')
  const found = await schoolgate('lists', 'lookup', 'www.tiktok.com', '--image', image)
  expect(found).toMatchObject({ code: 0 })
  expect(found.out).toContain('comms.social')
  expect((await schoolgate('lists', 'lookup', 'bbc.co.uk', '--image', image)).code).toBe(1)
})

const USAGES: readonly [says: string, ...args: string[]][] = [
  ['a command that does not exist', 'strat'],
  ['an option that does not exist', 'start', '--confg', CONFIG],
  ['a clock without an offset', 'start', '--config', CONFIG, '--clock', '2026-11-24T10:00:00'],
  ['a setting that is none', 'start', '--config', CONFIG, '--set', 'dns.maxTtl'],
  ['a key that does not exist', 'start', '--config', CONFIG, '--set', 'dns.maxTLL=5'],
  ['a config that is not there', 'start', '--config', '/nowhere/gate.yaml'],
  ['a question without a device', 'explain', '--config', CONFIG, '--url', 'bbc.co.uk'],
  [
    'a device that nobody registered',
    'explain',
    '--config',
    CONFIG,
    '--device',
    'toaster',
    '--url',
    'x.org',
  ],
]

const STARTS: readonly [says: string, setting: string, sentence: RegExp][] = [
  [
    'an upstream that this version does not speak',
    'dns.upstreams=["tls://x@1.1.1.1:853"]',
    /`tls` upstreams/,
  ],
  ['a records folder that nobody can make', 'records.directory=/proc/none', /records\.directory/],
  ['an address that this machine does not have', 'dns.udp=192.0.2.1:53', /192\.0\.2\.1/],
]

test.each(STARTS)(
  '%s stops the start with exit code 2 and a sentence',
  async (_says, setting, sentence) => {
    const free = [
      'dns.udp',
      'dns.tcp',
      'dns.doh',
      'http.listen',
      'blockPage.listen',
      'metrics.listen',
    ]
    const settings = [
      ...free.map((key) => `${key}=127.0.0.1:0`),
      `records.directory=${tempDirectory()}`,
      setting,
    ]
    const { code, err } = await schoolgate(
      'start',
      '--config',
      CONFIG,
      ...settings.flatMap((text) => ['--set', text]),
    )
    expect(code).toBe(2)
    expect(err).toMatch(sentence)
  },
)

test.each(USAGES)('%s is exit code 2 and a sentence, never a stack', async (_says, ...args) => {
  const { code, err, out } = await schoolgate(...args)
  expect([code, out]).toEqual([2, ''])
  expect(err).not.toBe('')
  expect(err).not.toMatch(/^\s+at /m)
})

test('a port in use is exit code 2, named, and leaves no process behind', async () => {
  const { createServer } = await import('node:net')
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { code, err } = await schoolgate(
    'start',
    '--config',
    CONFIG,
    '--set',
    `records.directory=${tempDirectory()}`,
    '--set',
    'dns.udp=127.0.0.1:0',
    '--set',
    'dns.tcp=127.0.0.1:0',
    'dns.doh=127.0.0.1:0',
    '--set',
    `http.listen=127.0.0.1:${port}`,
    '--set',
    'blockPage.listen=127.0.0.1:0',
    '--set',
    'metrics.listen=127.0.0.1:0',
  )
  server.close()
  expect(code).toBe(2)
  expect(err).toContain(`${port}`)
  expect(err).not.toMatch(/^\s+at /m)
})

function linesOf(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)
}
