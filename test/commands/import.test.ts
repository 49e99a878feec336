import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importList } from '../../commands/import.ts'
import { PEOPLE_HEADER } from '../records/imports/roster-desk.ts'
import { SCHOOL } from '../records/imports/oneroster/roster-set.ts'
import { REASON, sampleDesk } from '../records/governance/sample-desk.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { zipOf } from '../support/zip-of.ts'
import { runCommand } from './run-command.ts'

function scene() {
  const { directory, view } = sampleDesk()
  const folder = tempDirectory()
  const file = (name: string, text: string | Uint8Array): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  const run = (...args: readonly string[]) =>
    runCommand(importList, [...args, '--records', directory], {})
  return { view, file, run }
}

const AS = ['--actor', 'nm', '--reason', REASON]
const PEOPLE = `${PEOPLE_HEADER}\np-new,Nia,pupil,secondary,8,\np-bad,Bea,king,,,\n`

test('a dry run prints the difference, each bad row and the sums, and changes nothing', async () => {
  const { view, file, run } = scene()
  const before = view.current().headSeq
  const { code, out, err } = await run('people', file('people.csv', PEOPLE), '--dry-run')
  expect(code).toBe(1)
  expect(out).toBe(
    '+ person p-new pupil secondary 8\n1 good rows, 1 problems, 1 new, 0 changed, 0 gone: nothing was changed',
  )
  expect(err).toBe('people.csv:3:11: role: `king` is not one of pupil, staff, governor, visitor')
  expect(view.current().headSeq).toBe(before)
})

test('with somebody who does it and why it is an import, and good rows count', async () => {
  const { view, file, run } = scene()
  const path = file('people.csv', PEOPLE.replace('king', 'staff'))
  const { code, out } = await run('people', path, '--as', 'nm', '--reason', REASON)
  expect({ code, out }).toMatchObject({
    code: 0,
    out: expect.stringMatching(/in force: entries \d+ to \d+$/) as string,
  })
  expect(view.current().people.has('p-bad')).toBe(true)
})

test('an archive of OneRoster is an import, too', async () => {
  const { view, file, run } = scene()
  const files = Object.entries(SCHOOL).map(([name, text]) => [`${name}.csv`, text])
  const zip = file('roster.zip', zipOf(Object.fromEntries(files) as Record<string, string>))
  const { code, err } = await run('oneroster', zip, ...AS, '--phases', 'upper=9-13,lower=0-8')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(view.current().people.get('u-2')).toMatchObject({ phase: 'lower' })
})

test('what is refused is exit code 1 with the reason', async () => {
  const { file, run } = scene()
  const path = file('leavers.csv', 'person_ref\np-staff\n')
  expect(await run('leavers', path, ...AS, '--removes', '3')).toMatchObject({
    code: 1,
    err: 'it takes away 1, not 3',
  })
})

test.each([
  ['nothing', [], 'usage: schoolgate import'],
  ['an unknown list', ['dragons', 'x.csv', '--dry-run'], 'there is no list `dragons`'],
  ['nobody who does it', ['people', 'x.csv'], 'say who imports and why'],
  ['a file that is not there', ['people', 'x.csv', '--dry-run'], "can't be read"],
  ['a number that is none', ['people', 'x.csv', '--dry-run', '--removes', 'all'], 'whole number'],
  ['phases that are none', ['oneroster', 'x', '--dry-run', '--phases', 'x'], '--phases: `x`'],
  ['a whole OneRoster', ['oneroster', 'x', '--dry-run', '--whole'], 'the manifest says'],
])('%s is wrong usage, exit 2', async (_, args, said) => {
  expect(await scene().run(...args)).toMatchObject({
    code: 2,
    err: expect.stringContaining(said) as string,
  })
})
