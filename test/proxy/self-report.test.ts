import { expect, test } from 'vitest'
import { SelfReport } from '../../proxy/self-report.ts'

function scene() {
  const told: string[] = []
  const report = new SelfReport((kind, facts) => told.push(`${kind} ${JSON.stringify(facts)}`))
  return { report, told: () => told.splice(0) }
}

test('each fault is told when it begins, once, and again when it comes back', () => {
  const { report, told } = scene()
  report.update({ sealedMissing: true })
  report.update({ sealedMissing: true })
  report.update({ backupAlarm: 'no backup could be made: no room' })
  expect(told()).toEqual([
    'sealed_feed_missing {"message":"no sealed list is loaded"}',
    'backup_failed {"message":"no backup could be made: no room"}',
  ])
  report.update({ sealedMissing: false, backupAlarm: null })
  expect(told()).toEqual([])
  report.update({ sealedMissing: true })
  expect(told()).toHaveLength(1)
})

test('a broken ledger is told with what is broken', () => {
  const { report, told } = scene()
  report.update({ chainBreak: 'entry 7 was edited' })
  report.update({ chainBreak: 'entry 7 was edited; still' })
  expect(told()).toEqual(['chain_break {"message":"entry 7 was edited"}'])
})

test('a ledger that is not the one the gate had is told once and shown while it lasts', () => {
  const { report, told } = scene()
  for (const ledgerLost of ['it begins anew', 'it begins anew', null, 'it begins anew'])
    report.update({ ledgerLost })
  expect(told()).toEqual([
    'ledger_lost {"message":"it begins anew"}',
    'ledger_lost {"message":"it begins anew"}',
  ])
  expect(report.ledgerLost).toBe('it begins anew')
})

test('a loss is told by how much it grew', () => {
  const { report, told } = scene()
  for (const lost of [0, 3, 3, 10]) report.update({ lost })
  expect(told()).toEqual(['journal_loss {"lost":3}', 'journal_loss {"lost":7}'])
})

test('a list’s trouble is told when it begins, whatever its words become, and shown while it lasts', () => {
  const { report, told } = scene()
  const old = (hours: number) => [
    { kind: 'feed_age' as const, list: 'iwf', message: `is ${hours} hours old` },
  ]
  report.updateLists('sealed', old(25))
  report.updateLists('sealed', old(26))
  expect(told()).toEqual(['feed_age {"list":"iwf","message":"is 25 hours old"}'])
  expect(report.listTroubles()).toEqual(['list `iwf`: is 26 hours old'])
  report.updateLists('sealed', [])
  expect(report.listTroubles()).toEqual([])
  report.updateLists('sealed', old(25))
  expect(told()).toHaveLength(1)
})

test('the two who keep lists do not take back each other’s troubles', () => {
  const { report, told } = scene()
  report.updateLists('sealed', [{ kind: 'feed_refused', list: 'iwf', message: 'is forged' }])
  report.updateLists('lists', [{ kind: 'list_refused', list: 'ut1', message: 'came empty' }])
  report.updateLists('lists', [])
  report.update({ lost: 0 })
  expect(told().map((line) => line.split(' ')[0])).toEqual(['feed_refused', 'list_refused'])
  expect(report.listTroubles()).toEqual(['list `iwf`: is forged'])
})

test('a promise that is not kept is told when it begins, whatever its words become, and shown while it lasts', () => {
  const { report, told } = scene()
  report.update({ promises: new Map([['help', 'promise `help` is broken']]) })
  report.update({ promises: new Map([['help', 'promise `help` is broken still']]) })
  expect(told()).toEqual(['promise_broken {"subject":"help","message":"promise `help` is broken"}'])
  expect(report.brokenPromises()).toEqual(['promise `help` is broken still'])
  report.update({ promises: new Map() })
  expect(report.brokenPromises()).toEqual([])
})
