import { expect, test } from 'vitest'
import { probeBundle } from '../../../proxy/policy/probe-bundle.ts'
import { readExampleDevices } from '../../examples/example-engine.ts'
import { bundleOf, type ListLine } from '../../support/bundle-of-lists.ts'
import { deviceOf } from '../../support/sample-facts.ts'

const HELP: ListLine = ['starter', 'support.wellbeing', 'childline.org.uk']
const SEALED: ListLine = ['sealed', 'illegal.other', 'sealed.example']
const DEVICES = [...readExampleDevices().values()]

test('a good revision passes, with every device and zone of the example', () => {
  expect(probeBundle(bundleOf([HELP, SEALED], { devices: DEVICES }))).toEqual([])
})

test('one without a help line in its lists passes: there is nothing to ask for', () => {
  expect(probeBundle(bundleOf([SEALED], { devices: DEVICES }))).toEqual([])
})

test('a sealed list that names a help line must not come into force', () => {
  const sealed: ListLine = ['sealed', 'illegal.other', 'org.uk']
  const problems = probeBundle(bundleOf([HELP, sealed], { devices: [deviceOf({ id: 'phone' })] }))
  expect(problems).toContain('childline.org.uk is closed to {"device":"phone"}')
  expect(problems).toContain(
    'childline.org.uk is closed to {"address":"192.0.2.1","zone":"library"}',
  )
})

test('every zone is asked, however many devices there are', () => {
  const sealed: ListLine = ['sealed', 'illegal.other', 'org.uk']
  const devices = Array.from({ length: 1_000 }, (_, n) => deviceOf({ id: `phone-${n}` }))
  expect(probeBundle(bundleOf([HELP, sealed], { devices }))).toContain(
    'childline.org.uk is closed to {"address":"192.0.2.1","zone":"library"}',
  )
})

test('another list may call it what it likes', () => {
  const locked: ListLine = ['starter', 'adult.pornography', 'childline.org.uk']
  expect(probeBundle(bundleOf([HELP, SEALED, locked], { devices: DEVICES }))).toEqual([])
})

test('a device at no address is found', () => {
  const devices = [deviceOf({ id: 'phone', addresses: ['10.0.0.1', '10.0.0.300'] })]
  expect(probeBundle(bundleOf([HELP, SEALED], { devices }))).toEqual([
    'not an address: phone: 10.0.0.300',
  ])
})

test.each(['listImage', 'policyImage'] as const)(
  'a torn %s is a problem, not an exception',
  (which) => {
    const torn = bundleOf([HELP, SEALED], { [which]: new SharedArrayBuffer(64) })
    expect(probeBundle(torn)).toEqual([expect.stringContaining("can't be opened")])
  },
)
