import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CATEGORY_ROWS, UT1_NOT_IMPORTED } from '../../../rules/taxonomy/category-rows.ts'
import { sharedPath, testWithShared } from '../../support/shared-data.ts'

/** The taxonomy that the rows were written down from; a clone of the repository alone has none. */
const SOURCE = 'taxonomy.json'

interface SourceCategory {
  readonly id: string
  readonly label: string
  readonly description: string
  readonly lock: string
  readonly default: Readonly<Record<string, string>>
  readonly ut1: readonly string[]
}

testWithShared(SOURCE)('the rows say what ../shared/taxonomy.json says', () => {
  const { categories } = JSON.parse(readFileSync(sharedPath(SOURCE), 'utf8')) as {
    categories: readonly SourceCategory[]
  }
  const wanted = categories.map(({ id, label, lock, default: by, description, ut1 }) => [
    id,
    label,
    lock,
    [by['primary_pupil'], by['secondary_pupil'], by['sixth_form'], by['staff'], by['visitor']],
    description,
    ut1,
  ])
  expect(CATEGORY_ROWS).toEqual(wanted)
})

test('there are 85 categories, each named once', () => {
  expect(CATEGORY_ROWS).toHaveLength(85)
  expect(new Set(CATEGORY_ROWS.map(([id]) => id)).size).toBe(85)
  expect(new Set(CATEGORY_ROWS.map(([, label]) => label)).size).toBe(85)
})

test('an id is a group and a word, fit for a file name and a metric', () => {
  expect(CATEGORY_ROWS.map(([id]) => id).filter((id) => !/^[a-z]+\.[a-z0-9_]+$/.test(id))).toEqual(
    [],
  )
})

test('the defaults keep to the locks', () => {
  const wrong = CATEGORY_ROWS.filter(([, , lock, defaults]) => {
    if (lock === 'SEALED') return defaults.some((action) => action !== 'B')
    if (lock === 'ALWAYS') return defaults.some((action) => action !== 'A')
    // Only head and DSL open a LOCKED category, and only to staff.
    if (lock !== 'LOCKED') return false
    return defaults.some((action, column) => action !== 'B' && !(action === 'G' && column === 3))
  })
  expect(wrong.map(([id]) => id)).toEqual([])
})

test('three categories are SEALED and two ALWAYS', () => {
  const withLock = (wanted: string) =>
    CATEGORY_ROWS.filter(([, , lock]) => lock === wanted).map(([id]) => id)
  expect(withLock('SEALED')).toEqual(['illegal.csam', 'illegal.terrorism', 'illegal.other'])
  expect(withLock('ALWAYS')).toEqual(['support.wellbeing', 'support.systems'])
})

test('no public list feeds a SEALED category, and no refused list feeds any', () => {
  const sealed = CATEGORY_ROWS.filter(([, , lock]) => lock === 'SEALED')
  expect(sealed.flatMap(([, , , , , ut1]) => ut1)).toEqual([])
  const fed = new Set(CATEGORY_ROWS.flatMap(([, , , , , ut1]) => ut1))
  expect(Object.keys(UT1_NOT_IMPORTED).filter((list) => fed.has(list))).toEqual([])
})
