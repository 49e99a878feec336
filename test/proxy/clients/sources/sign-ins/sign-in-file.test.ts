import { appendFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { SignInFile } from '../../../../../proxy/clients/sources/sign-ins/sign-in-file.ts'
import type { Sighting } from '../../../../../rules/identity/sighting.ts'
import { flatSignIn, SIGN_IN_RULES } from '../../../../support/sign-ins.ts'
import { tempDirectory } from '../../../../support/temp-directory.ts'
import { until } from '../../../../support/until.ts'

test('sign-ins are told as they are forwarded, also into the file that takes the old one’s place', async () => {
  const path = join(tempDirectory(), '4624.jsonl')
  writeFileSync(path, `${flatSignIn({})}\nnonsense\n${flatSignIn({ TargetUserName: 'PC-7$' })}\n`)
  const feed = new SignInFile({ ...SIGN_IN_RULES, path, everyMs: 3_600_000, clockOffsetMs: 1_000 })
  onTestFinished(() => feed.stop())
  const told: Sighting[] = []
  await feed.start((sighting) => told.push(sighting))
  expect(told).toMatchObject([
    {
      source: 'sign_in',
      account: 'SCHOOL\\jo',
      addresses: ['10.1.0.7'],
      at: Date.parse('2026-11-25T09:00:01Z'),
    },
  ])
  expect(feed.refused()).toEqual({ source: 'sign_in', count: 1 })
  const line = flatSignIn({ TargetUserName: 'ann' })
  appendFileSync(path, line.slice(0, 50))
  appendFileSync(path, `${line.slice(50)}\n`)
  await until(
    () => told.length,
    (count) => count === 2,
  )
  renameSync(path, `${path}.1`)
  writeFileSync(path, `${flatSignIn({ TargetUserName: 'sam' })}\n`)
  await until(
    () => told.map(({ account }) => account),
    (accounts) => accounts.includes('SCHOOL\\sam'),
  )
  expect(feed.refused().count).toBe(1)
  expect(feed.problem()).toBeNull()
})
