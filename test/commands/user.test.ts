import { expect, it } from 'vitest'
import { AccountStore } from '../../dashboard/server/accounts/account-store.ts'
import { user } from '../../commands/user.ts'
import { AT, sampleDesk } from '../records/governance/sample-desk.ts'
import { runCommand, type Ran } from './run-command.ts'

function scene() {
  const { directory, view } = sampleDesk()
  const run = (...args: readonly string[]): Promise<Ran> =>
    runCommand(user, [...args, '--records', directory], {})
  const accounts = (): AccountStore => new AccountStore(directory)
  return { run, accounts, view }
}

const CODE = /the invitation is ([0-9A-Z]{4}(?:-[0-9A-Z]{4}){2})/

it('an account is added with an invitation, which is good once', async () => {
  const { run, accounts, view } = scene()
  const [person = ''] = [...view.current().people].find(([, { role }]) => role !== 'pupil') ?? []
  const { code, out } = await run('add', 'ada', '--person', person)
  expect(code).toBe(0)
  using known = accounts()
  expect(known.readCode(CODE.exec(out)?.[1] ?? '', 'invitation', AT)).toEqual({ login: 'ada' })
  expect(known.find('ada')).toMatchObject({ personRef: person, password: null })
  expect(await run('add', 'ada', '--person', person)).toMatchObject({
    code: 1,
    err: '`ada` is taken',
  })
})

it('a reset takes password and second factor away', async () => {
  const { run, accounts } = scene()
  using known = accounts()
  known.add('ada', 'p-1', AT)
  known.setPassword('ada', 'a hash')
  known.beginTotp('ada', 'sealed')
  const { code, out } = await run('reset', 'ada')
  expect({ code, isInvited: CODE.test(out) }).toEqual({ code: 0, isInvited: true })
  expect(known.find('ada')).toMatchObject({ password: null, totp: null })
  expect(await run('reset', 'nobody')).toMatchObject({
    code: 1,
    err: 'there is no account `nobody`',
  })
})

it('a duty is given as by `changes appoint`, by the head', async () => {
  const { run, view } = scene()
  const reason = ['--reason', 'safeguarding lead from this term on']
  expect((await run('role', 'teacher', 'dsl', '--actor', 'teacher', ...reason)).code).toBe(1)
  expect((await run('role', 'teacher', 'dsl', '--actor', 'head', ...reason)).code).toBe(0)
  expect(
    view
      .current()
      .holders.get('teacher')
      ?.roles.map(({ role }) => role),
  ).toEqual(['dsl'])
})

it.each([
  [['add', 'A B', '--person', 'p-1'], 2],
  [['add', 'ada'], 2],
  [['add', 'ada', '--person', 'nobody at all'], 1],
  [['reset'], 2],
  [['remove', 'ada'], 2],
  [[], 2],
] as const)('%j ends with %i', async (args, code) => {
  expect((await scene().run(...args)).code).toBe(code)
})
