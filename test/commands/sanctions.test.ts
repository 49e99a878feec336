import { expect, test } from 'vitest'
import { sanctions } from '../../commands/sanctions.ts'
import { AT, sampleDesk, SITE } from '../records/governance/sample-desk.ts'
import { runCommand } from './run-command.ts'

const BECAUSE = ['--reason', 'it was a misunderstanding in class']

function school(): string {
  const { directory, ledger } = sampleDesk()
  const after = {
    ...{ kind: 'lockout', person: 'p-pupil', device: null, role: 'pupil', site: null },
    ...{ from: '2026-11-24T10:00:00.000Z', to: '2026-11-24T10:15:00.000Z', attempts: 5 },
  }
  const command = {
    ...{ kind: 'sanction.put' as const, objectId: 's1', before: null, after, approval: null },
    ...{ direction: 'tighten' as const, affectedRoles: ['pupil' as const] },
    reason: '5 attempts to get round the filter within 15 minutes',
  }
  const { seq } = ledger.head()
  ledger.append([command], { site: SITE, actor: 'gate', actorRole: 'gate', at: AT, basedOn: seq })
  return directory
}

function run(directory: string, args: readonly string[], now = AT) {
  return runCommand(sanctions, [...args, '--records', directory], { now: () => now })
}

test('who is locked out is listed until it is over, and the lead lifts it', async () => {
  const directory = school()
  expect(await run(directory, ['list'])).toEqual({
    ...{ code: 0, err: '' },
    out: 's1: p-pupil (pupil), locked out until 2026-11-24T10:15:00.000Z, after 5 attempts',
  })
  expect(await run(directory, ['list'], AT + 900_000)).toMatchObject({ code: 0, out: '' })
  const lifted = await run(directory, ['lift', 's1', '--actor', 'dsl', ...BECAUSE])
  expect(lifted).toMatchObject({ code: 0, err: '' })
  expect((await run(directory, ['list'])).out).toBe('')
})

test.each([
  ['no verb', []],
  ['what is no verb', ['end', 's1']],
  ['an object too many', ['list', 's1']],
  ['nothing to lift', ['lift', '--actor', 'dsl', ...BECAUSE]],
])('%s is wrong usage', async (_says, args) => {
  const { code, err } = await run(school(), args)
  expect([code, err]).toEqual([2, expect.stringContaining('usage: schoolgate sanctions')])
})

test('what is not there can not be lifted', async () => {
  const { code, err } = await run(school(), ['lift', 's9', '--actor', 'dsl', ...BECAUSE])
  expect([code, err]).toEqual([1, expect.stringContaining('there is no `s9`')])
})
