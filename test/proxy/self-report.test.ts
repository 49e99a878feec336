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

test('a loss is told by how much it grew', () => {
  const { report, told } = scene()
  for (const lost of [0, 3, 3, 10]) report.update({ lost })
  expect(told()).toEqual(['journal_loss {"lost":3}', 'journal_loss {"lost":7}'])
})
