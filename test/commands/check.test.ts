import { expect, test } from 'vitest'
import { check } from '../../commands/check.ts'
import { captured, type Ran } from '../support/captured-output.ts'
import { SCHOOL_FILES, schoolFolder } from '../support/school-folder.ts'

const POLICY = SCHOOL_FILES['policy.yaml'] ?? ''
const GATE = SCHOOL_FILES['gate.yaml'] ?? ''

async function checkIn(
  changes: Readonly<Record<string, string>>,
  ...files: string[]
): Promise<Ran> {
  const { path, directory } = schoolFolder(changes)
  const ran = await captured(() => check(files.map(path)))
  const bare = (text: string) => text.replaceAll(`${directory}/`, '')
  return { code: ran.code, out: bare(ran.out), err: bare(ran.err) }
}

test('a school in order is said to be in order', async () => {
  expect(await checkIn({}, 'gate.yaml', 'policy.yaml')).toEqual({
    code: 0,
    out: 'gate.yaml, policy.yaml: in order\n',
    err: '',
  })
})

test('warnings are printed at their places, and a school with no more than these is in order', async () => {
  const guests = '  guests: { start_from: visitor }\n  portal:'
  const changes = { 'policy.yaml': POLICY.replace('  portal:', guests) }
  const warning = 'policy.yaml:17:3: profiles.guests: warning: nobody gets the profile `guests`'
  expect(await checkIn(changes, 'policy.yaml')).toEqual({
    code: 0,
    out: `${warning}\npolicy.yaml: in order, 1 warning\n`,
    err: '',
  })
  expect(await checkIn(changes, 'gate.yaml', 'policy.yaml')).toEqual({
    code: 0,
    out: `${warning}\n${warning}\ngate.yaml, policy.yaml: in order, 2 warnings\n`,
    err: '',
  })
  const broken = { 'policy.yaml': POLICY.replace('  portal:', guests).replace('zones:', 'zoens:') }
  expect((await checkIn(broken, 'policy.yaml')).code).toBe(1)
})

const PROBLEMS: readonly [
  says: string,
  changes: Record<string, string>,
  file: string,
  line: string,
][] = [
  [
    'of a configuration',
    { 'gate.yaml': `${GATE}htpp: {}\n` },
    'gate.yaml',
    'gate.yaml:8:1: htpp: unknown key; did you mean `http`?',
  ],
  [
    'of an upstream in it',
    { 'gate.yaml': GATE.replace('udp://127.0.0.1:53', 'udp://dns.example') },
    'gate.yaml',
    'gate.yaml:6:15: dns.upstreams.0: ',
  ],
  [
    'of the policy that it names',
    { 'policy.yaml': POLICY.replace('zones:', 'zoens:') },
    'gate.yaml',
    'policy.yaml:11:1: zoens: unknown key; did you mean `zones`?',
  ],
  ['of the devices that it names', { 'devices.csv': 'id\n' }, 'gate.yaml', 'devices.csv:1:1: '],
  [
    'of a list that the policy names',
    { 'policy.yaml': POLICY.replace('lists/sealed', 'lists/seald') },
    'gate.yaml',
    'policy.yaml:23:1: lists: list `sealed`: no folder `lists/seald`',
  ],
  [
    'of a policy alone',
    { 'policy.yaml': POLICY.replace("'15:30'", "'25:30'") },
    'policy.yaml',
    'policy.yaml:10:47: windows.reception_hours.end: `25:30` is not a time of day',
  ],
  [
    'of a policy that is no YAML',
    { 'policy.yaml': POLICY.replace('zones:', 'zones: [') },
    'policy.yaml',
    'policy.yaml:',
  ],
  ['of a file that is neither', { 'notes.txt': 'buy milk\n' }, 'notes.txt', 'notes.txt:1:1: '],
]

test.each(PROBLEMS)(
  'a problem %s has its place, and exit code 1',
  async (_says, changes, file, line) => {
    const { code, out, err } = await checkIn(changes, file)
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(
      out.split('\n').find((one) => one.startsWith(line)),
      out,
    ).toBeDefined()
    expect(out).not.toContain('in order')
  },
)

test('a problem in one file does not hide those of the next', async () => {
  const changes = { 'gate.yaml': 'site: EX\n', 'policy.yaml': 'school: {}\n' }
  const { out } = await checkIn(changes, 'gate.yaml', 'policy.yaml')
  expect(out).toMatch(/^gate\.yaml:/m)
  expect(out).toMatch(/^policy\.yaml:/m)
})

test('a file that can not be read, no file and a wrong option are wrong usage', async () => {
  const { code, err } = await checkIn({}, 'gaet.yaml')
  expect(code).toBe(2)
  expect(err).toMatch(/^schoolgate: cannot read `gaet\.yaml`: ENOENT/)
  expect(await captured(() => check([]))).toMatchObject({ code: 2, out: '' })
  expect(await captured(() => check(['--all']))).toMatchObject({ code: 2, out: '' })
})

test('a promise that the school does not keep is a problem with its place', async () => {
  const promise = 'promises: [{ id: a, says: Words., url: games.example, expect: allow }]\n'
  const { code, out } = await checkIn({ 'policy.yaml': POLICY + promise }, 'gate.yaml')
  expect(code).toBe(1)
  expect(out).toMatch(/^policy\.yaml:26:12: promises\.0: promise `a` is broken \(Words\.\): /)
  // Alone the policy has no lists to judge by.
  expect(await checkIn({ 'policy.yaml': POLICY + promise }, 'policy.yaml')).toMatchObject({
    code: 0,
  })
})
