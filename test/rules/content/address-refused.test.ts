import { expect, test } from 'vitest'
import { addressRefused } from '../../../rules/content/address-refused.ts'
import { rulingOf } from '../../support/sample-facts.ts'

const RULING = rulingOf({ category: 'sec.malware', cause: 'Malware: not open.' })

test('category, list and severity are the address’s, the reason says that it is the address', () => {
  expect(addressRefused(RULING, 9)).toEqual({
    ...RULING,
    index: 9,
    reasonCode: 'address_refused',
    ruleId: 'address.sec.malware',
    cause: 'This site is at an address that a list names (Malware): not open.',
  })
})

test('what is sealed stays sealed, in the words of sealed content', () => {
  const sealed = { ...RULING, reasonCode: 'sealed', cause: 'sealed words' }
  expect(addressRefused(sealed, 9)).toEqual({ ...sealed, index: 9 })
})
