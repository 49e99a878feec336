import { DAY_MS } from '../../rules/time/clock-text.ts'
import { SchoolTime } from '../../rules/time/school-time.ts'
import { EXAMPLE_TIME } from '../../test/rules/time/example-time.ts'
import { measure } from './measure.ts'

const FIRST = Date.UTC(2026, 7, 1)
const TWO_YEARS_MS = 730 * DAY_MS

/** The same instants in every run (mulberry32), so that two runs measure the same dates. */
function randomInstants(count: number): readonly number[] {
  let state = 20_261_124
  return Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return FIRST + Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * TWO_YEARS_MS)
  })
}

const lesson = Date.UTC(2026, 10, 24, 11, 20)
const sameMoment = Array.from({ length: 1000 }, (_, index) => lesson + index)
const anywhere = randomInstants(100_000)
const dates = Array.from({ length: 730 }, (_, index) => FIRST + index * DAY_MS)

const time = new SchoolTime(EXAMPLE_TIME)
measure('school time: at, same moment', sameMoment, (nowMs) => time.at(nowMs))
measure('school time: windows in force, same moment', sameMoment, (nowMs) =>
  time.at(nowMs).windowsOf('secondary'),
)
measure('school time: next edge, same moment', sameMoment, (nowMs) => time.nextEdge(nowMs))
measure('school time: at, any instant of two years, kept', anywhere, (nowMs) => time.at(nowMs))
measure('school time: next edge, any instant, kept', anywhere, (nowMs) => time.nextEdge(nowMs))
measure('school time: two years of dates from nothing', [dates], (all) => {
  const fresh = new SchoolTime(EXAMPLE_TIME)
  return all.map((nowMs) => fresh.at(nowMs))
})
measure('school time: 100,000 instants from nothing', [anywhere], (all) => {
  const fresh = new SchoolTime(EXAMPLE_TIME)
  let sum = 0
  for (const nowMs of all) sum += fresh.at(nowMs).windowsOf(null).length + fresh.nextEdge(nowMs)
  return sum
})
