import { expect, test } from 'vitest'
import {
  permitHosts,
  permitOfGrant,
  permitOfLesson,
  permitOfOverride,
} from '../../../rules/permissions/permits.ts'
import { NO_PERMISSIONS } from '../../../rules/permissions/permissions.ts'
import { grantOf, hostOf, lessonOf, overrideOf } from './sample-permissions.ts'

const GRANT = grantOf({ hosts: [hostOf('a.example')], categories: ['media.games'] })
const LESSON = lessonOf({ opens: [hostOf('b.example')], focus: [hostOf('c.example')] })
const OVERRIDE = overrideOf('block', 'd.example')

test('a permit is called as its permission is, and says in words who opened what', () => {
  expect([GRANT].map(permitOfGrant)).toMatchObject([
    { id: 'grant.g1', categories: ['media.games'], because: 'Opened by permission `g1`.' },
  ])
  expect(permitOfLesson(LESSON)).toMatchObject({ id: 'lesson.l1', locked: false, categories: [] })
  expect(permitOfOverride(OVERRIDE)).toMatchObject({
    id: 'site.s1',
    because: OVERRIDE.rule.because,
  })
})

test('every host is there with what it does', () => {
  const hosts = permitHosts({
    ...NO_PERMISSIONS,
    grants: [GRANT],
    lessons: [LESSON],
    sites: [OVERRIDE],
  })
  expect(hosts.map(({ host, permit, use }) => `${host.host} ${permit} ${use}`)).toEqual([
    'a.example grant.g1 opens',
    'b.example lesson.l1 opens',
    'c.example lesson.l1 focus',
    'd.example site.s1 rule',
  ])
})
