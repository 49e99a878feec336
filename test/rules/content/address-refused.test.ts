import { expect, test } from 'vitest'
import { addressRefused } from '../../../rules/content/address-refused.ts'
import type { Ruling } from '../../../rules/verdict.ts'

const RULING: Ruling = {
  ...{ index: 4, action: 'block', warn: false, stage: 'content', reasonCode: 'category' },
  ...{
    profile: 'staff_work',
    alert: false,
    category: 'sec.malware',
    ruleId: 'category.sec.malware',
  },
  ...{ listSource: 'threats', listVersion: '7', severity: 'medium', openedBy: 'nothing' },
  ...{ window: null, safeHost: null, cause: 'Malware: not open.', policyVersion: 3 },
}

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
  const sealed: Ruling = { ...RULING, reasonCode: 'sealed', cause: 'sealed words' }
  expect(addressRefused(sealed, 9)).toEqual({ ...sealed, index: 9 })
})
