import { expect, test } from 'vitest'
import { makeSealedBundle, openSealed } from '../../../proxy/sealed/sealed-bundle.ts'
import { NOT_SEALED } from '../../../rules/sealed/sealed-index.ts'
import { feedOf, HASH_KEY } from '../../support/sealed-names.ts'

test('what a thread opens after a clone seals what the feeds seal, and names them', () => {
  const feeds = [feedOf(['a.example'], { serial: 7 })]
  const index = openSealed(structuredClone(makeSealedBundle(feeds, ['other'], HASH_KEY)))
  expect(index.findHost('www.a.example')).toBe(0)
  expect(index.findHost('b.example')).toBe(NOT_SEALED)
  expect(index.feeds).toEqual([{ id: 'csam', category: 'illegal.csam', version: 'serial 7' }])
  expect(index.missing).toEqual(['other'])
})

test('with another key the same feed seals nothing', () => {
  const feeds = [feedOf(['a.example'])]
  const index = openSealed(makeSealedBundle(feeds, [], Buffer.alloc(32, 9)))
  expect(index.findHost('a.example')).toBe(NOT_SEALED)
})
