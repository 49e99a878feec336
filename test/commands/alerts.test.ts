import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { alerts } from '../../commands/alerts.ts'
import { ALERTS_FILE, ALERTS_SCHEMA } from '../../records/alerts/alert-schema.ts'
import { AlertStore } from '../../records/alerts/alert-store.ts'
import { openDatabase } from '../../records/sqlite/open-database.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { alertScene, REASON } from './alert-scene.ts'

test('the list says when, how bad, about whom, what, and for whom', async () => {
  const { alert, run } = alertScene(alerts)
  expect(await run('list', '--actor', 'p-0001')).toEqual({
    code: 0,
    out: `${alert}  2026-11-24T10:00:00.000Z  [high] p-1001: tried to open a site of the kind: Suicide; for dsl`,
    err: '',
  })
})

const READERS: readonly [who: string, actor: string, sees: boolean][] = [
  ['the head, who takes over from the DSL', 'p-0003', true],
  ['the network manager', 'p-0004', false],
  ['somebody without an office', 'p-0009', false],
  ['the pupil', 'p-1001', false],
]

test.each(READERS)('%s sees the DSL’s alerts: %s, %s', async (_who, actor, sees) => {
  const { alert, run } = alertScene(alerts)
  expect((await run('list', '--actor', actor)).out.includes(alert)).toBe(sees)
  const { code, err } = await run('acknowledge', alert, '--actor', actor, ...REASON)
  expect([code, err]).toEqual(sees ? [0, ''] : [1, `there is no alert \`${alert}\` among yours`])
})

test('an alert is acknowledged once, and the reason stays noted', async () => {
  const { alert, directory, run } = alertScene(alerts)
  const done = await run('acknowledge', alert, '--actor', 'p-0001', ...REASON)
  expect(done).toEqual({ code: 0, out: `${alert}: acknowledged by p-0001`, err: '' })
  expect(await run('acknowledge', alert, '--actor', 'p-0003', ...REASON)).toMatchObject({
    code: 1,
    err: 'somebody has acknowledged it before',
  })
  expect((await run('list', '--actor', 'p-0001')).out).toMatch(/; acknowledged by p-0001$/)
  const db = openDatabase(`${directory}/${ALERTS_FILE}`, ALERTS_SCHEMA, { readOnly: true })
  const events = new AlertStore(db).events(alert).map(({ kind, detail }) => `${kind} ${detail}`)
  db.close()
  expect(events.slice(1)).toEqual(['acknowledged p-0001', `reason ${REASON[1] ?? ''}`])
})

const WRONG: readonly [says: string, args: readonly string[], said: string][] = [
  ['no verb', [], 'usage: schoolgate alerts'],
  ['a list of one', ['list', 'x'], 'usage: schoolgate alerts'],
  ['nobody who asks', ['list'], 'say who acts: --actor PERSON_REF'],
  ['a short reason', ['acknowledge', 'x', '--actor', 'p-1', '--reason', 'ok'], 'say why in 10'],
  ['an unknown option', ['list', '--actr', 'p-1'], "Unknown option '--actr'"],
]

test.each(WRONG)('%s is wrong usage', async (_says, args, said) => {
  const { run } = alertScene(alerts)
  const { code, err } = await run(...args)
  expect([code, err.startsWith(said)]).toEqual([2, true])
})

test('a directory without alerts is refused, and stays empty', async () => {
  const directory = tempDirectory()
  const err: string[] = []
  const deps = {
    ...{ resolveRecords: () => ({ problem: '' }), dutiesOf: () => ['dsl'], now: () => 0 },
    ...{ out: () => undefined, err: (line: string) => err.push(line) },
  }
  const signed = ['--actor', 'p-0001', ...REASON, '--records', directory]
  expect(await alerts(['acknowledge', 'x', ...signed], deps)).toBe(1)
  expect(err[0]).toContain('does not exist')
  expect(readdirSync(directory)).toEqual([])
})
