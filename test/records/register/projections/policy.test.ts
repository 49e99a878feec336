import { expect, test } from 'vitest'
import { registerOf } from '../sample-entry.ts'

const put = (document: string) => ({
  ...{ kind: 'policy.put', object_id: 'policy', after: { document, name: 'policy.yaml' } },
  policy_version_to: 1,
})

test('the policy in force is the text that was put last', () => {
  const texts = new Map([
    ['h1', 'one'],
    ['h2', 'two'],
  ])
  const register = registerOf([put('h1'), put('h2')], (hash) => texts.get(hash))
  expect(register.policy).toEqual({ text: 'two', name: 'policy.yaml', hash: 'h2' })
})

test('a text that is lost stops the reading: the policy before it is not in force', () => {
  expect(() => registerOf([put('h1')])).toThrow('points to the text `h1`, which is missing')
})
