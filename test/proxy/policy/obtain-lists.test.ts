import { existsSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listSources } from '../../../proxy/policy/list-sources.ts'
import { ListMemory } from '../../../proxy/policy/list-memory.ts'
import {
  obtainLists,
  type ListKeeping,
  type ObtainedLists,
} from '../../../proxy/policy/obtain-lists.ts'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { SCHOOL_FILES, schoolFolder, type SchoolFolder } from '../../support/school-folder.ts'

const GAMES = 'lists/starter/media.games.txt'

async function obtained(
  school: SchoolFolder,
  keep = true,
  keeping: ListKeeping = {},
): Promise<ObtainedLists> {
  const parsed = parsePolicy(SCHOOL_FILES['policy.yaml'] ?? '', 'policy.yaml')
  if (!parsed.ok) throw new Error('the small school is broken')
  const sources = listSources(parsed.policy, school.config(), school.directory)
  const lists = await obtainLists(sources, keep ? school.path('images') : null, keeping)
  if ('problem' in lists) throw new Error(lists.problem)
  return lists
}

const holds = ({ opened }: ObtainedLists, name: string): boolean => opened.holders(name).length > 0
const images = (school: SchoolFolder): string[] => readdirSync(school.path('images'))
/** The seed is thrown anew for every image that is compiled. */
const seedOf = ({ opened }: ObtainedLists): string => opened.seed.join()

test('an image is kept and used again while no file changes', async () => {
  const school = schoolFolder()
  const first = await obtained(school)
  expect(first.alarms).toEqual([])
  expect(images(school)).toEqual([expect.stringMatching(/^lists-[0-9a-f]{16}\.sgimage$/)])
  expect(seedOf(await obtained(school))).toBe(seedOf(first))
})

test('a list that was touched is compiled anew, and only the new image is kept', async () => {
  const school = schoolFolder()
  const first = await obtained(school)
  const before = images(school)
  utimesSync(school.path(GAMES), new Date(), new Date(0))
  expect(seedOf(await obtained(school))).not.toBe(seedOf(first))
  expect(images(school)).toHaveLength(1)
  expect(images(school)).not.toEqual(before)
})

test('a new name in a list is in the next image', async () => {
  const school = schoolFolder()
  expect(holds(await obtained(school), 'new.example')).toBe(false)
  school.write(GAMES, 'games.example\nnew.example\n')
  expect(holds(await obtained(school), 'new.example')).toBe(true)
})

test('a command beside a gate uses the image that is kept, and leaves none behind', async () => {
  const school = schoolFolder()
  const first = await obtained(school)
  expect(seedOf(await obtained(school, true, { writes: false }))).toBe(seedOf(first))
  const before = images(school)
  school.write(GAMES, 'games.example\nnew.example\n')
  expect(holds(await obtained(school, true, { writes: false }), 'new.example')).toBe(true)
  expect(images(school)).toEqual(before)
})

test('with a memory the lists in force stay the same object until a file changes', async () => {
  const school = schoolFolder()
  const memory = new ListMemory()
  const first = await obtained(school, true, { memory })
  const again = await obtained(school, true, { memory })
  expect([again.image, again.opened]).toEqual([first.image, first.opened])
  expect(again.image).toBe(first.image)
  school.write(GAMES, 'games.example\nnew.example\n')
  const changed = await obtained(school, true, { memory })
  expect(changed.image).not.toBe(first.image)
  expect((await obtained(school, true, { memory })).image).toBe(changed.image)
})

test('a memory hides no alarm: with a list missing the lists are looked at again', async () => {
  const school = schoolFolder()
  const memory = new ListMemory()
  await obtained(school, true, { memory })
  rmSync(school.path('lists/starter'), { recursive: true })
  const lists = await obtained(school, true, { memory })
  expect(lists.alarms.at(-1)).toBe('the last good lists stay in force')
})

test('without a folder nothing is kept', async () => {
  const school = schoolFolder()
  await obtained(school, false)
  expect(existsSync(school.path('images'))).toBe(false)
})

test('a kept image that is torn is made anew', async () => {
  const school = schoolFolder()
  await obtained(school)
  const [image = ''] = images(school)
  writeFileSync(join(school.path('images'), image), 'torn')
  const again = await obtained(school)
  expect(holds(again, 'games.example')).toBe(true)
  expect(again.alarms).toEqual([])
})

test('bad lines are an alarm with the first of them, and cost only themselves', async () => {
  const school = schoolFolder({ [GAMES]: 'games.example\nbad..line\nworse line here\n' })
  const lists = await obtained(school)
  expect(lists.alarms).toEqual([
    expect.stringMatching(
      /^list `starter` \(media\.games\): 2 bad lines, the first at .*games\.txt:2: /,
    ),
  ])
  expect(holds(lists, 'games.example')).toBe(true)
})

const LOST: readonly [says: string, lose: (school: SchoolFolder) => void, alarm: string][] = [
  [
    'a folder that is gone',
    ({ path }) => {
      rmSync(path('lists/starter'), { recursive: true })
    },
    'list `starter`: no folder ',
  ],
  [
    'a list that is empty',
    ({ write }) => {
      write(GAMES, '')
    },
    'list `starter` (media.games): ',
  ],
  [
    'a list that is no text',
    ({ write }) => {
      write(GAMES, '\x1f\x8b\x08broken')
    },
    'list `starter` (media.games): ',
  ],
]

test.each(LOST)('%s is an alarm, and the last good lists stay', async (_says, lose, alarm) => {
  const school = schoolFolder()
  await obtained(school)
  lose(school)
  const lists = await obtained(school)
  expect(holds(lists, 'games.example')).toBe(true)
  expect(lists.alarms[0]).toContain(alarm)
  expect(lists.alarms.at(-1)).toBe('the last good lists stay in force')
  // And again: an alarm does not go away by itself.
  expect((await obtained(school)).alarms).toEqual(lists.alarms)
})

test.each(LOST)(
  '%s is an alarm at the first start too, and the other lists are used',
  async (_says, lose, alarm) => {
    const school = schoolFolder()
    lose(school)
    const lists = await obtained(school)
    expect(lists.alarms[0]).toContain(alarm)
    expect(holds(lists, 'sealed.example')).toBe(true)
    expect(existsSync(school.path('images')) ? images(school) : []).toEqual([])
  },
)
