import { expect, test } from 'vitest'
import { agreements } from '../../commands/agreements.ts'
import { deskScene } from './desk-scene.ts'

async function scene() {
  const made = await deskScene(agreements)
  const edits = (
    [
      ['p-staff', 'staff', null],
      ['p-pupil', 'pupil', 'primary'],
    ] as const
  ).map(([objectId, role, phase]) => ({
    ...{ kind: 'person.put' as const, objectId },
    after: { role, phase, year: null, details: 'x' },
  }))
  await made.submit(edits, 'it')
  return made
}

test('a paper is written down with its day, and counts for a year from it', async () => {
  const { run, as } = await scene()
  const before = (await run('list')).out
  expect(before).toContain('p-staff staff: missing')
  const signed = await as('reception', 'sign', 'p-staff', '--signed', '2026-09-10T10:00Z')
  expect(signed.code).toBe(0)
  const after = (await run('list')).out
  expect(after).toContain('p-staff staff: signed, until 2027-09-10T10:00:00.000Z')
  expect((await run('list', '--missing')).out.join()).not.toContain('p-staff')
  const later = ['--clock', '2027-09-11T10:00:00Z']
  expect((await run('list', '--json', '--missing', ...later)).out.join()).toContain('"over"')
})

test('a parent’s word is a pupil’s, and a governor notes nothing', async () => {
  const { as, view } = await scene()
  expect((await as('reception', 'consent', 'p-pupil')).code).toBe(0)
  expect(view.current().agreements.get('p-pupil parental-consent')?.method).toBe('parent')
  expect((await as('reception', 'consent', 'p-staff')).code).toBe(1)
  expect((await as('governor', 'sign', 'p-staff')).code).toBe(1)
  expect((await as('reception', 'sign', 'nobody')).code).toBe(2)
})
