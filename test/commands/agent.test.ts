import { expect, test } from 'vitest'
import { agent } from '../../commands/agent.ts'
import { PostureStore } from '../../records/posture/posture-store.ts'
import { postureOf } from '../support/sample-posture.ts'
import { deskScene } from './desk-scene.ts'

test('a code is given out with an entry, once it is there, and listed as given out', async () => {
  const { as, run, view } = await deskScene(agent)
  const invited = await as('it', 'invite', 'laptop')
  expect(invited.code).toBe(0)
  expect(invited.out.at(-1)).toMatch(/^code [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
  const until = view.current().agents.get('laptop')?.invitation?.until
  expect((await run('list')).out).toEqual([`laptop: not enrolled yet, invited until ${until}`])
})

test('who may not give out codes gets none to see', async () => {
  const { as } = await deskScene(agent)
  const refused = await as('teacher', 'invite', 'laptop')
  expect([refused.code, refused.out.join()]).toEqual([1, ''])
  expect(refused.err).toContain('may not do `agent.invite`')
})

test.each([
  ['no device', ['invite'], 'name one device'],
  ['half an hour', ['invite', 'laptop', '--hours', '0.5'], '--hours is a whole number'],
  ['two months', ['invite', 'laptop', '--hours', '1440'], '--hours is a whole number'],
  ['another verb', ['restart'], 'usage: schoolgate agent'],
])('%s is wrong usage', async (_says, args, problem) => {
  const { as } = await deskScene(agent)
  const answer = await as('it', ...args)
  expect(answer.code).toBe(2)
  expect(answer.err).toContain(problem)
})

test('an agent that is revoked is listed as such; one that nobody has cannot be', async () => {
  const { as, run } = await deskScene(agent)
  expect((await as('it', 'revoke', 'laptop')).code).toBe(1)
  await as('it', 'invite', 'laptop')
  expect((await as('it', 'revoke', 'laptop')).code).toBe(0)
  expect((await run('list')).out).toEqual(['laptop: revoked'])
})

test('the history of a device is listed with every check that failed', async () => {
  const { run, directory } = await deskScene(agent)
  using store = PostureStore.open(directory)
  const at = Date.parse('2026-11-24T10:00:00Z')
  store.put(
    {
      ...{ device: 'laptop', at, ts: '2026-11-24T10:00:00Z', nonce: 'n' },
      ...{ facts: postureOf(), failingSince: {} },
    },
    { posture: 'failed:firewall', failed: ['firewall', 'patches'] },
  )
  expect((await run('list', 'laptop')).out).toEqual([
    '2026-11-24T10:00:00.000Z failed:firewall (firewall, patches)',
  ])
})

test('on a device that is not enrolled a report says so', async () => {
  const { run } = await deskScene((args) => agent(args.slice(0, -2), {} as never))
  expect((await run('report', '--state', '/nowhere/at/all')).code).toBe(1)
})
