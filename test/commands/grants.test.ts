import { expect, test } from 'vitest'
import { grants } from '../../commands/grants.ts'
import { AT, MINUTE, REASON } from '../records/governance/sample-desk.ts'
import { deskScene } from './desk-scene.ts'

const FOR_STAFF = ['ask', 'personal_use', '--person', 'p-staff', '--profile', 'staff_byod']
const TODAY = ['--to', '2026-11-24T16:00Z']

test('a grant is asked for, agreed to, listed and revoked', async () => {
  const { run, as, desk, view } = await deskScene(grants)
  const id = `g${view.current().headSeq + 1}`
  const asked = await as('teacher', ...FOR_STAFF, ...TODAY, '--zone', 'classroom')
  expect(asked).toMatchObject({ code: 0, err: '' })
  expect(asked.out[0]).toMatch(
    new RegExp(`^grant \`${id}\`, ask: change \\S+ waits for head, slt$`),
  )
  expect((await run('list')).out).toEqual([])
  const [proposal = ''] = view.current().proposals.keys()
  await desk.approve(proposal, 'slt', REASON, AT)
  expect((await run('list')).out).toEqual([
    `${id} personal_use for p-staff: staff_byod in classroom 2026-11-24T10:00:00.000Z to 2026-11-24T16:00:00.000Z, in force`,
  ])
  expect((await run('list', '--person', 'p-pupil')).out).toEqual([])
  const [json = ''] = (await run('list', '--json')).out
  expect(JSON.parse(json)).toMatchObject({ id, type: 'personal_use', state: 'in force' })
  expect((await as('head', 'revoke', id)).out[0]).toMatch(/^grant `g\d+`, revoke: done/)
  expect(view.current().grants.size).toBe(0)
})

test('what is over is listed when it is asked for', async () => {
  const { run, as, desk, view } = await deskScene(grants)
  await as('teacher', ...FOR_STAFF, ...TODAY)
  const [proposal = ''] = view.current().proposals.keys()
  await desk.approve(proposal, 'head', REASON, AT)
  const evening = ['--clock', new Date(AT + 600 * MINUTE).toISOString()]
  expect((await run('list', ...evening)).out).toEqual([])
  expect((await run('list', '--all', ...evening)).out[0]).toMatch(/, over$/)
})

test('LOCKED categories wait for a leader and the lead', async () => {
  const { as } = await deskScene(grants)
  const locked = ['--category', 'harm.suicide', '--locked']
  const { out } = await as('teacher', ...FOR_STAFF, ...TODAY, ...locked)
  expect(out[0]).toMatch(/waits for head, slt, dsl$/)
})

test.each([
  ['no verb', [], /usage: schoolgate grants/],
  ['a type that is none', ['ask', 'holiday', ...TODAY], /`holiday` is no type of grant/],
  ['no end', FOR_STAFF, /say until when: --to TIME/],
  ['an end that is no time', [...FOR_STAFF, '--to', 'tomorrow'], /`tomorrow` is not a time/],
  ['an option that is none', ['list', '--zones', 'x'], /zones/],
  ['two places', ['list', '--config', 'x'], /not both/],
  ['nothing to revoke', ['revoke'], /name one/],
])('%s is wrong usage', async (_says, args, why) => {
  const { as } = await deskScene(grants)
  expect(await as('teacher', ...args)).toMatchObject({
    code: 2,
    err: expect.stringMatching(why) as string,
  })
})

test.each([
  ['for nobody', ['ask', 'personal_use', '--profile', 'staff_byod', ...TODAY], /names no person/],
  ['of SEALED', [...FOR_STAFF, ...TODAY, '--category', 'illegal.csam'], /SEALED/],
  ['that is not there', ['revoke', 'g9'], /there is no `g9`/],
])('a grant %s is refused, exit 1', async (_says, args, why) => {
  const { as } = await deskScene(grants)
  expect(await as('head', ...args)).toMatchObject({
    code: 1,
    err: expect.stringMatching(why) as string,
  })
})

test('who acts and why must be said', async () => {
  const { run } = await deskScene(grants)
  expect((await run('revoke', 'g1')).err).toContain('say who acts and why')
})
