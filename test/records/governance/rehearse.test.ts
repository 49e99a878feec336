import { expect, test } from 'vitest'
import { rehearse } from '../../../records/governance/rehearse.ts'
import { EMPTY_REGISTER } from '../../../records/register/register.ts'
import { device, deviceEdit, holder, policyEdit, roleEdit } from './sample-desk.ts'

test('the register after the edits, without touching the one before', () => {
  const edits = [deviceEdit(device('a', 'pupil', 'lost')), roleEdit('h', holder(['head']))]
  const after = rehearse(edits, EMPTY_REGISTER, () => undefined)
  expect(after).toMatchObject({ unreviewed: 0 })
  expect(
    typeof after === 'string' ? [] : [...after.devices.keys(), ...after.holders.keys()],
  ).toEqual(['a', 'h'])
  expect(EMPTY_REGISTER.devices.size).toBe(0)
})

test('what the fold could not read at the next start is refused now, in its words', () => {
  const stolen = { ...device('a', 'pupil', 'lost'), state: 'stolen' }
  const edit = { kind: 'device.put' as const, objectId: 'a', after: stolen }
  expect(rehearse([edit], EMPTY_REGISTER, () => undefined)).toMatch(
    /^\(device.put `a`\) holds no usable facts/,
  )
  expect(rehearse([policyEdit('x')], EMPTY_REGISTER, () => undefined)).toContain('which is missing')
})
