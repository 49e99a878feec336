import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { closedSites } from '../../../rules/over-blocking/must-allow.ts'
import { buildExampleEngine, readExamplePolicy } from '../../examples/example-engine.ts'
import { scene } from './over-blocking-scene.ts'

const OPEN = ['help.example support.wellbeing', 'exams.example edu.allow']

test('sites that are open in every profile but primary pupils’ are as they must be', () => {
  expect(closedSites(scene([...OPEN]), ['help.example', 'exams.example'])).toEqual([])
})

test('one that a list closes is named for every profile, with and without www', () => {
  const closed = closedSites(scene(['advice.example adult.mixed']), ['advice.example'])
  expect(new Set(closed.map(({ host }) => host))).toEqual(
    new Set(['advice.example', 'www.advice.example']),
  )
  expect(new Set(closed.map(({ profile }) => profile))).toEqual(
    new Set([
      ...['secondary_lesson', 'secondary_social', 'sixth_lesson', 'sixth_social'],
      ...['staff_byod', 'staff_emergency', 'staff_work', 'visitor'],
    ]),
  )
  expect(closed[0]?.ruling).toMatchObject({ action: 'block', category: 'adult.mixed' })
})

test('a warning is not open enough, nor is a site in no list', () => {
  expect(closedSites(scene(['talk.example comms.forums']), ['talk.example'])).toHaveLength(8)
  expect(closedSites(scene([]), ['unknown.example']).length).toBeGreaterThan(0)
})

test('the example school opens the corpus that it comes with, which is the acceptance corpus', () => {
  const read = (path: string) => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8')
  const corpus = read('examples/must-allow.txt')
  expect(corpus).toContain(read('test/acceptance/must-allow.txt'))
  const hosts = corpus.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const policy = readExamplePolicy()
  expect(closedSites({ engine: buildExampleEngine(policy), policy }, hosts)).toEqual([])
})
