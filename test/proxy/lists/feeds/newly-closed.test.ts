import { expect, test } from 'vitest'
import { newlyClosed } from '../../../../proxy/lists/feeds/newly-closed.ts'
import { ListImage } from '../../../../rules/lists/list-image.ts'
import { NO_PERMISSIONS } from '../../../../rules/permissions/permissions.ts'
import { bundleOf, type ListLine } from '../../../support/bundle-of-lists.ts'
import { examplePolicy } from '../../../support/example-policy.ts'

function imageOf(...lines: readonly ListLine[]): ListImage {
  const image = ListImage.open(bundleOf(lines).listImage)
  if (!(image instanceof ListImage)) throw new Error(image.problem)
  return image
}

const SEALED: ListLine = ['sealed', 'illegal.other', 'sealed.example']
const policy = examplePolicy()

function closed(before: readonly ListLine[], copy: readonly ListLine[], changed = policy) {
  const lists = imageOf(SEALED, ...before)
  const inForce = { policy: changed, permissions: NO_PERMISSIONS, lists }
  const traffic = new Map([
    ['www.used.example', 3],
    ['popular.example', 0],
  ])
  return newlyClosed('mine', imageOf(...copy), { traffic, inForce }).map(({ host, category }) => {
    return `${host} ${category}`
  })
}

test.each<
  [what: string, before: readonly ListLine[], copy: readonly ListLine[], found: readonly string[]]
>([
  [
    'a new entry, also of a parent domain',
    [],
    [['mine', 'media.games', 'used.example']],
    ['www.used.example media.games'],
  ],
  [
    'the busiest first',
    [],
    [
      ['mine', 'media.games', 'popular.example'],
      ['mine', 'media.games', 'used.example'],
    ],
    ['www.used.example media.games', 'popular.example media.games'],
  ],
  [
    'nothing that is in it already',
    [['mine', 'media.games', 'used.example']],
    [['mine', 'media.games', 'used.example']],
    [],
  ],
  [
    'nothing that another list closes as well',
    [['other', 'media.games', 'used.example']],
    [['mine', 'media.games', 'used.example']],
    [],
  ],
  ['nothing that is dangerous', [], [['mine', 'sec.malware', 'used.example']], []],
  ['nothing that nobody asks for', [], [['mine', 'media.games', 'rare.example']], []],
  [
    'a host that moves to what is closed',
    [['mine', 'media.press', 'used.example']],
    [['mine', 'adult.pornography', 'used.example']],
    ['www.used.example adult.pornography'],
  ],
  [
    'a host that is in no list any more, where such are closed',
    [['mine', 'media.press', 'used.example']],
    [],
    ['www.used.example sec.uncategorised'],
  ],
])('%s', (_what, before, copy, found) => {
  expect(closed(before, copy)).toEqual(found)
})

test('a host that the policy opens by name, or corrects, is closed by no list', () => {
  const copy = [['mine', 'media.games', 'used.example']] as const
  const corrected = examplePolicy(
    'corrections: []\n',
    'corrections:\n  - { host: used.example, remove: media.games, because: A test. }\n',
  )
  // For primary pupils it is in no category then, as it was.
  expect(closed([], copy, corrected)).toEqual([])
})
