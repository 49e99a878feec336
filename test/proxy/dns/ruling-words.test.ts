import { expect, test } from 'vitest'
import { WordsOfRulings } from '../../../proxy/dns/ruling-words.ts'
import { rulingOf } from '../../support/sample-facts.ts'
import { scriptedDecider } from '../../support/scripted-plane.ts'

const textOf = ({ text }: { text: Uint8Array }) => Buffer.from(text).toString()

test('the text begins with the reason and is made once for a ruling', () => {
  const words = new WordsOfRulings()
  const engine = scriptedDecider({})
  const first = words.of(engine, rulingOf())
  expect(first.code).toBe(17)
  expect(textOf(first)).toBe('category: Gambling: not open.')
  expect(words.of(engine, rulingOf())).toBe(first)
})

test('a ruling of another engine has the same number and other words', () => {
  const words = new WordsOfRulings()
  words.of(scriptedDecider({}), rulingOf())
  const sealed = words.of(scriptedDecider({}), rulingOf({ reasonCode: 'sealed', cause: 'sealed' }))
  expect([sealed.code, textOf(sealed)]).toEqual([16, 'sealed: sealed'])
})
