import { expect, test } from 'vitest'
import { bandwidthWarnings } from '../../../rules/bandwidth/bandwidth-warnings.ts'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { changedExample } from '../policy/changed-example.ts'

function warningsOf(bandwidth: object): string[] {
  const parsed = parsePolicy(changedExample({ bandwidth }), 'p.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return bandwidthWarnings(parsed.policy).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  )
}

const CLASS = { down_mbps: 10, up_mbps: 10 }

test.each<[says: string, bandwidth: object, warnings: readonly string[]]>([
  ['a class in order is not mentioned', { classes: { personal: CLASS } }, []],
  [
    'a class that nobody is in',
    { classes: { personal: CLASS, spare: CLASS } },
    ['bandwidth.classes.spare: no profile names this class'],
  ],
  [
    'a quota that its rates never reach',
    { classes: { personal: { ...CLASS, quota: { size: '1 TB', per: 'day', then: 'block' } } } },
    ['bandwidth.classes.personal: at its rates nobody can use 931.3 GiB in a day'],
  ],
  [
    'a throttle that slows nothing',
    {
      classes: {
        personal: {
          ...CLASS,
          quota: { size: '1 GB', per: 'day', then: 'throttle', throttle_mbps: 10 },
        },
      },
    },
    ['bandwidth.classes.personal: `throttle_mbps` is no slower than the class itself'],
  ],
  [
    'a heavy talker whom the classes make impossible',
    { classes: { personal: CLASS }, heavy_talker: { size: '9 GiB', minutes: 15 } },
    ['bandwidth.heavy_talker: at the rates of the classes nobody can use 9 GiB in 15 minutes'],
  ],
])('%s', (_says, bandwidth, warnings) => {
  expect(warningsOf(bandwidth)).toEqual(warnings)
})
