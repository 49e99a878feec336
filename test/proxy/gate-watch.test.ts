import { expect, onTestFinished, test } from 'vitest'
import { GateWatch } from '../../proxy/gate-watch.ts'

function scene(schedule: { alarm: string | null } | null, lost = 0) {
  const told: string[] = []
  const ticks: number[] = []
  const watch = new GateWatch({
    records: {
      status: () => Promise.resolve({ lost }),
      tellEvent: (kind) => told.push(kind),
    },
    schedule: schedule && {
      get alarm() {
        return schedule.alarm
      },
      tick: (now) => {
        ticks.push(now)
        return Promise.resolve()
      },
    },
    clock: () => 1_000,
  })
  onTestFinished(() => {
    watch.stop()
  })
  return { watch, told, ticks }
}

test('a tick makes the backup that is due, by gate time, and tells a loss', async () => {
  const { watch, told, ticks } = scene({ alarm: null }, 5)
  await watch.tick()
  expect([ticks, told]).toEqual([[1_000], ['journal_loss']])
  expect(watch.degraded()).toEqual([])
})

test('a backup that failed is told once and shown until one is made', async () => {
  const schedule: { alarm: string | null } = { alarm: 'no backup could be made: no room' }
  const { watch, told } = scene(schedule)
  await watch.tick()
  await watch.tick()
  expect(told).toEqual(['backup_failed'])
  expect(watch.degraded()).toEqual(['no backup could be made: no room'])
  schedule.alarm = null
  expect(watch.degraded()).toEqual([])
})

test('what others saw is told; a gate without backups has no alarm of them', async () => {
  const { watch, told } = scene(null)
  watch.saw({ chainBreak: 'entry 2 was edited' })
  watch.saw({ sealedMissing: true })
  await watch.tick()
  expect(told).toEqual(['chain_break', 'sealed_feed_missing'])
  expect(watch.degraded()).toEqual([])
})

test('what is wrong with a list is told and shown', () => {
  const { watch, told } = scene(null)
  const trouble = { kind: 'list_refused', list: 'ut1', message: 'came empty' } as const
  watch.sawLists('lists', [trouble])
  watch.sawLists('lists', [trouble])
  expect(told).toEqual(['list_refused'])
  expect(watch.degraded()).toEqual(['list `ut1`: came empty'])
})

test('a promise that is not kept is told and shown', () => {
  const { watch, told } = scene(null)
  watch.saw({ promises: new Map([['help', 'promise `help` is broken']]) })
  expect(told).toEqual(['promise_broken'])
  expect(watch.degraded()).toEqual(['promise `help` is broken'])
})
