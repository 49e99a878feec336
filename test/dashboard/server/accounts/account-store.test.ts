import { describe, expect, it, onTestFinished } from 'vitest'
import { AccountStore } from '../../../../dashboard/server/accounts/account-store.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'

const AT = Date.parse('2026-11-24T10:00:00Z')

function store(): AccountStore {
  const accounts = new AccountStore(tempDirectory())
  onTestFinished(() => {
    accounts[Symbol.dispose]()
  })
  return accounts
}

describe('a code', () => {
  it('is read as people type it, and used once', () => {
    const accounts = store()
    const code = accounts.issueCode('first', null, AT + 1)
    expect(accounts.readCode(` ${code.toLowerCase().replaceAll('-', ' ')} `, 'first', AT)).toEqual({
      login: null,
    })
    expect(accounts.readCode(code, 'invitation', AT)).toBeNull()
    expect(accounts.readCode(code, 'first', AT + 1)).toBeNull()
    expect([accounts.useCode(code), accounts.useCode(code)]).toEqual([true, false])
  })

  it('takes the place of the one before', () => {
    const accounts = store()
    accounts.add('dsl', 'p-1', AT)
    const old = accounts.issueCode('invitation', 'dsl', AT + 1)
    const next = accounts.issueCode('invitation', 'dsl', AT + 1)
    expect(accounts.readCode(old, 'invitation', AT)).toBeNull()
    expect(accounts.readCode(next, 'invitation', AT)).toEqual({ login: 'dsl' })
  })
})

it('a login is given once', () => {
  const accounts = store()
  expect([accounts.add('dsl', 'p-1', AT), accounts.add('dsl', 'p-2', AT)]).toEqual([true, false])
  expect(accounts.find('dsl')?.personRef).toBe('p-1')
})

it('attempts to sign in are kept two years', () => {
  const accounts = store()
  const attempt = { login: 'x'.repeat(1_000), address: '::1', outcome: 'wrong password' }
  accounts.noteSignIn({ ...attempt, at: AT })
  accounts.noteSignIn({ ...attempt, at: AT + 3 * 366 * 86_400_000 })
  const [kept, ...more] = accounts.signIns(10)
  expect(more).toEqual([])
  expect(kept?.login).toHaveLength(100)
})
