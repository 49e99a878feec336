import { expect, it, onTestFinished } from 'vitest'
import { AccountStore } from '../../../../dashboard/server/accounts/account-store.ts'
import { isSameSecret, Sessions } from '../../../../dashboard/server/accounts/sessions.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'

const AT = Date.parse('2026-11-24T10:00:00Z')
const WHERE = { address: '127.0.0.1', agent: 'a browser', at: AT }
const HOUR = 3_600_000

function sessions(): Sessions {
  const accounts = new AccountStore(tempDirectory())
  onTestFinished(() => {
    accounts[Symbol.dispose]()
  })
  accounts.add('dsl', 'p-1', AT)
  return new Sessions(accounts.db)
}

it('ends after a working day, however busy', () => {
  const known = sessions()
  const { token } = known.begin('dsl', 'full', WHERE)
  for (let at = AT; at < AT + 12 * HOUR; at += 300_000) known.touch(token, at)
  expect(known.find(token, AT + 12 * HOUR - 1)).toMatchObject({ login: 'dsl' })
  expect(known.find(token, AT + 12 * HOUR)).toBeNull()
})

it('waits five minutes for the second factor', () => {
  const known = sessions()
  const { token } = known.begin('dsl', 'password', WHERE)
  expect(known.find(token, AT + 299_999)).toMatchObject({ stage: 'password' })
  expect(known.find(token, AT + 300_000)).toBeNull()
})

it('says once that it rested too long, and is gone', () => {
  const known = sessions()
  const { token } = known.begin('dsl', 'full', WHERE)
  expect(known.find(token, AT + 600_000)).toBe('idle')
  expect(known.find(token, AT + 600_000)).toBeNull()
})

it('two secrets are the same or not, whatever their length', () => {
  expect(isSameSecret('a', 'a')).toBe(true)
  expect(isSameSecret('a', 'ab')).toBe(false)
  expect(isSameSecret('', 'ab')).toBe(false)
})
