import { expect, test } from 'vitest'
import { listAgents } from '../../commands/agent-list.ts'
import { postureRulesOf } from '../../commands/posture-rules-of.ts'
import { EMPTY_REGISTER } from '../../records/register/register.ts'
import { DEFAULT_POSTURE_RULES } from '../../rules/posture/posture-rules.ts'
import { examplePolicy } from '../support/example-policy.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { deskScene } from './desk-scene.ts'

test('what the policy in force asks is what its file says, read once', async () => {
  const { view } = await deskScene(listAgents)
  const register = view.current()
  expect(postureRulesOf(register)).toEqual(examplePolicy().posture)
  expect(postureRulesOf(register)).toBe(postureRulesOf(register))
  expect(postureRulesOf(EMPTY_REGISTER)).toBe(DEFAULT_POSTURE_RULES)
})

test('a school without agents lists none, and a folder without a ledger is said', async () => {
  const { run } = await deskScene(listAgents)
  expect(await run()).toMatchObject({ code: 0, out: [] })
  const { run: elsewhere } = await deskScene((args, deps) =>
    listAgents([...args.slice(0, -1), tempDirectory()], deps),
  )
  expect((await elsewhere()).code).toBe(1)
  expect((await run('one', 'two')).code).toBe(2)
})
