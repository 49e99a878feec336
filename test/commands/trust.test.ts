import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { makeFeedKeys } from '../../commands/sealed-feeds.ts'
import { trust } from '../../commands/trust.ts'
import { parentProblem } from '../../proxy/trust/parent-signature.ts'
import { joinPolicyTexts } from '../../rules/policy/policy-text.ts'
import { captured } from '../support/captured-output.ts'
import { schoolFolder } from '../support/school-folder.ts'

test('a signed file is what its schools believe', async () => {
  const { path, config, directory } = schoolFolder({ 'trust.yaml': 'floor: {}\n' })
  await captured(() => makeFeedKeys([path('keys')]))
  const args = ['sign', '--key', path('keys/signer.key'), path('trust.yaml')]
  expect(await captured(() => trust(args))).toMatchObject({ code: 0 })
  const text = readFileSync(path('trust.yaml'), 'utf8')
  const policy = joinPolicyTexts('extends: trust.yaml\n', { name: 'trust.yaml', text })
  expect(parentProblem(policy, config('trust.signers=keys/signer.pub'), directory)).toBeNull()
})

test.each([
  ['no command', [], 2],
  ['no key', ['sign', 'x'], 2],
  ['a key that is not there', ['sign', '--key', '/nowhere', 'x'], 1],
])('%s is wrong', async (_says, args, code) => {
  expect((await captured(() => trust(args))).code).toBe(code)
})
