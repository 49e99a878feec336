import { expect, test } from 'vitest'
import { sampleDesk } from '../../governance/sample-desk.ts'

const REHEARSAL = {
  ...{ kind: 'exam_rehearsal', persons: [], devices: [], years: [], zones: ['exam_hall'] },
  ...{ profile: null, from: '2026-11-24T10:00:00Z', to: '2026-11-24T11:00:00Z' },
}

test('an occasion begins, is extended and ends', async () => {
  const { view, submit } = sampleDesk()
  const put = (after: object) =>
    submit([{ kind: 'occasion.put', objectId: 'hall', after: { ...after } }], 'it')
  await put(REHEARSAL)
  expect(view.current().occasions.get('hall')).toEqual(REHEARSAL)
  const longer = { ...REHEARSAL, to: '2026-11-24T11:30:00Z' }
  await put(longer)
  expect(view.current().occasions.get('hall')).toEqual(longer)
  await submit([{ kind: 'occasion.end', objectId: 'hall', after: null }], 'it')
  expect(view.current().occasions.size).toBe(0)
})
