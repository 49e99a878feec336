import { expect, test } from 'vitest'
import { SeldomLog } from '../../../../../proxy/clients/sources/radius/seldom-log.ts'

test('of each kind of trouble one line a minute is told, with how many there were', () => {
  let now = 0
  const lines: unknown[] = []
  const log = new SeldomLog({ warn: (details) => lines.push(details) }, () => now)
  for (let n = 0; n < 1_000; n += 1) log.warn('malformed', { nas: 'a' }, 'dropped')
  log.warn('unknown_nas', { nas: 'b' }, 'dropped')
  now = 60_000
  log.warn('malformed', { nas: 'c' }, 'dropped')
  expect(lines).toEqual([{ nas: 'a' }, { nas: 'b' }, { nas: 'c', untold: 999 }])
})
