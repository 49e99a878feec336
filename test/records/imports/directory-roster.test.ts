import { expect, test } from 'vitest'
import { readDirectory, type DirectoryEntry } from '../../../records/imports/directory-roster.ts'
import { sampleDesk } from '../governance/sample-desk.ts'

const OPTIONS = {
  name: 'dc.school.test',
  phases: null,
  roles: [
    { role: 'staff' as const, under: 'DC=school,DC=test' },
    { role: 'pupil' as const, under: 'OU=Pupils,DC=school,DC=test' },
  ],
}

function entry(more: Partial<DirectoryEntry> = {}): DirectoryEntry {
  return {
    ...{ dn: 'CN=Ada, OU=Pupils, DC=school, DC=test', id: 'g-1', name: 'Ada', email: null },
    ...{ year: '9', isDisabled: false, ...more },
  }
}

function read(entries: readonly DirectoryEntry[], whole = false) {
  const { view } = sampleDesk()
  const emails = [['Ada@School.test', 'p-pupil']] as const
  const context = { register: view.current(), emails, whole, today: '2026-11-24' }
  const { roster, problems, ...rest } = readDirectory(entries, OPTIONS, context)
  return { ...rest, roster, problems: problems.kept.map(({ message }) => message) }
}

test('the longest place that fits says the role, and a place of nobody is passed over', () => {
  const { roster, notes } = read([
    entry(),
    entry({ dn: 'CN=Sam,DC=school,DC=test', id: 'g-2' }),
    entry({ dn: 'CN=Eve,DC=elsewhere,DC=test', id: 'g-3' }),
  ])
  const rows = [...(roster?.people?.rows ?? [])].map(([ref, { facts }]) => [ref, facts.role])
  expect(rows).toEqual([
    ['g-1', 'pupil'],
    ['g-2', 'staff'],
  ])
  expect(notes).toEqual(['1 entries lie under none of the given places'])
})

test('who has an address that the register knows is that person, and a disabled account is a leaver', () => {
  const { roster } = read([
    entry({ email: 'ada@school.test' }),
    entry({ id: 'g-9', isDisabled: true }),
  ])
  expect([...(roster?.people?.rows.keys() ?? [])]).toEqual(['p-pupil'])
  expect([...(roster?.leavers ?? [])]).toEqual(['g-9'])
})

test.each([
  ['no number', { id: null }, 'has no number of its own'],
  ['a number that is none', { id: 'a b' }, 'its number is no reference of ours'],
  ['no name', { name: ' ' }, 'has no usable name'],
  ['an address that is none', { email: 'x y@z' }, 'its address is none'],
])('an entry with %s is told, and takes nobody away', (_, more, said) => {
  const { roster, problems } = read([entry({ id: 'g-0' }), entry(more)], true)
  expect(problems[0]).toContain(said)
  expect(roster?.people?.keysLost).toBe(true)
})

test('two entries of one number are not both believed, and an empty search takes nobody away', () => {
  expect(read([entry(), entry()]).problems[0]).toContain('of another entry')
  expect(read([], true).roster?.people?.keysLost).toBe(true)
  expect(read([entry()], true).roster?.people?.keysLost).toBe(false)
})
