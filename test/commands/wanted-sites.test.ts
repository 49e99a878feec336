import { expect, test } from 'vitest'
import { wanted } from '../../commands/wanted-sites.ts'
import { captured, type Ran } from '../support/captured-output.ts'
import { SCHOOL_FILES, schoolFolder, type SchoolFolder } from '../support/school-folder.ts'
import { writeTally } from '../support/tally-of.ts'

const PUPILS = '  primary: { start_from: primary }\n  secondary: { start_from: secondary }\n'
const POLICY = SCHOOL_FILES['policy.yaml']?.replace('profiles:\n', `profiles:\n${PUPILS}`) ?? ''

function school(): SchoolFolder {
  const folder = schoolFolder({ 'policy.yaml': POLICY })
  writeTally(folder.path('records'), [
    ['tiles.maps.co.uk', 'primary', 12, 90],
    ['www.maps.co.uk', 'secondary', 4, 8],
    ['me.github.io', 'primary', 3, 3],
    ['games.example', 'primary', 30, 30],
    ['poems.org', 'staff', 30, 30],
    ['127.10.0.9', 'primary', 30, 30],
  ])
  return folder
}

function ask(folder: SchoolFolder, ...args: string[]): Promise<Ran> {
  return captured(() => wanted(['--config', folder.path('gate.yaml'), ...args]))
}

test('the queue is by registrable domain, most wanted first, with what each profile gets', async () => {
  const { code, out } = await ask(school())
  expect(code).toBe(0)
  expect(out.trim().split('\n')).toEqual([
    'maps.co.uk (tiles.maps.co.uk, www.maps.co.uk): about 12 devices, 98 requests; primary block, secondary warn',
    'me.github.io: about 3 devices, 3 requests; primary block',
  ])
})

test('one profile, one line, as JSON', async () => {
  const folder = school()
  const { out } = await ask(folder, '--profile', 'secondary', '--json')
  expect(JSON.parse(out)).toEqual({
    site: 'maps.co.uk',
    hosts: ['www.maps.co.uk'],
    requests: 8,
    devices: 4,
    profiles: { secondary: 'warn' },
  })
  expect((await ask(folder, '--limit', '1')).out).toMatch(/\n1 more\n$/)
})

test('before anything was asked there is nothing', async () => {
  expect((await ask(schoolFolder())).out).toBe('nothing in no category was asked for\n')
})

test.each([
  ['a profile that is none', ['--profile', 'primry'], 'did you mean `primary`?'],
  ['49 hours', ['--hours', '49'], 'from 1 to 48'],
  ['no limit', ['--limit', '0'], 'from 1 to 10000'],
  ['a word too many', ['now'], 'usage'],
  ['an unknown option', ['--loud'], 'usage'],
])('wrong use: %s', async (_says, args, said) => {
  const { code, err } = await ask(school(), ...args)
  expect(code).toBe(2)
  expect(err).toContain(said)
})
