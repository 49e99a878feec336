import { mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RevisionStatus } from '../../../proxy/policy/revision-status.ts'
import { openPromiseWatch } from '../../../proxy/self-test/open-promise-watch.ts'
import { readPromiseLog } from '../../../records/promises/promise-log.ts'
import { schoolFolder } from '../../support/school-folder.ts'
import { until } from '../../support/until.ts'
import { promisingBundle } from './promising-bundle.ts'

test('a gate’s promises are put to the test by the clock, with evidence in its records', async () => {
  const school = schoolFolder()
  mkdirSync(school.path('records'))
  const bundle = await promisingBundle(
    '  - { id: a, says: Words., url: a.example, expect: block }\n',
  )
  const saw: object[] = []
  const say = () => undefined
  {
    await using open = new AsyncDisposableStack()
    const promises = openPromiseWatch(
      {
        config: school.config('selfTest.firstAfterSeconds=0'),
        ...{ directory: school.directory, clockOffsetMs: 0, version: '0' },
        log: { info: say, warn: say, error: say },
      },
      {
        status: new RevisionStatus({ bundle, alarms: [] }),
        fleet: { standIn: () => Promise.resolve(false) },
        watch: { saw: (news) => saw.push(news) },
        bound: { dnsUdp: null, dnsTcp: null, doh: null, http: null, blockPage: null },
      },
      open,
    )
    await until(
      () => promises.runs,
      (runs) => runs > 0,
    )
  }
  const query = { limit: 9, brokenOnly: false, since: null }
  expect(readPromiseLog(school.path('records'), query)).toMatchObject([
    { id: 'a', state: 'unanswered' },
  ])
  expect(saw.length).toBeGreaterThan(0)
})
