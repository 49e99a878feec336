import { expect, test } from 'vitest'
import { refusedUpstream } from '../../../rules/content/refused-upstream.ts'

test('the other filter is named, and no category, which it does not tell', () => {
  expect(refusedUpstream('the county filter')).toMatchObject({
    ...{ action: 'block', reasonCode: 'upstream_filter', decided: null, ruleId: 'chain' },
    because: 'Refused by the county filter, the filter in front of this one.',
  })
})
