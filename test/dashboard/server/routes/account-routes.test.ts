import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { offerSetupCode } from '../../../../dashboard/server/accounts/setup-code.ts'
import { PASSWORD, dashboardScene } from '../dashboard-scene.ts'

describe('the first account', () => {
  it('is made with the code that the gate printed, once, and there is no default password', async () => {
    const { browser, accounts, school, folder } = await dashboardScene()
    accounts.db.exec('DELETE FROM accounts')
    const code = offerSetupCode(school.directory, accounts)
    expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    expect((await browser().get('/api/session')).body['state']).toBe('setup')
    const me = { login: 'nm', password: 'three plain words', personRef: 'p-nm', head: null }
    expect((await browser().post('/api/setup', { ...me, code: 'AAAA-BBBB-CCCC' })).status).toBe(422)
    expect(
      (await browser().post('/api/setup', { ...me, code: String(code).toLowerCase() })).status,
    ).toBe(200)
    expect(existsSync(folder.path('records/setup-code'))).toBe(false)
    expect((await browser().post('/api/setup', { ...me, code })).status).toBe(422)
    expect((await browser().signIn('nm')).body['state']).toBe('signed_in')
  })

  it('is not offered where somebody has one', async () => {
    const { accounts, school, browser } = await dashboardScene()
    expect(offerSetupCode(school.directory, accounts)).toBeNull()
    expect((await browser().get('/api/session')).body['state']).toBe('signed_out')
  })
})

describe('an invitation', () => {
  it('lets somebody choose a password, once and within three days', async () => {
    const { signedIn, browser, pass } = await dashboardScene()
    const it_ = await signedIn('it')
    const made = await it_.post('/api/accounts', { login: 'new.one', personRef: 'p-teacher' })
    const code = String(made.body['invitation'])
    const password = 'rather long and new'
    expect((await browser().post('/api/invitation', { code, password: 'short' })).status).toBe(422)
    expect((await browser().post('/api/invitation', { code, password })).status).toBe(200)
    expect((await browser().post('/api/invitation', { code, password })).status).toBe(422)
    expect((await browser().signIn('new.one', password)).status).toBe(200)
    const late = await it_.post('/api/accounts', { login: 'late.one', personRef: 'p-teacher' })
    pass(3 * 86_400_000)
    const answer = await browser().post('/api/invitation', {
      code: late.body['invitation'],
      password,
    })
    expect(answer.status).toBe(422)
  })

  it('takes the place of a forgotten password; nobody resets his own', async () => {
    const { signedIn, browser } = await dashboardScene()
    const [it_, teacher] = [await signedIn('it'), await signedIn('teacher')]
    expect((await it_.post('/api/accounts/it/reset')).status).toBe(422)
    const { body } = await it_.post('/api/accounts/teacher/reset')
    expect((await teacher.get('/api/overview')).status).toBe(401)
    expect((await browser().signIn('teacher')).status).toBe(401)
    const password = 'quite another one'
    await browser().post('/api/invitation', { code: body['invitation'], password })
    expect((await browser().signIn('teacher', password)).status).toBe(200)
  })

  it('is for no pupil and for nobody unknown', async () => {
    const { signedIn } = await dashboardScene()
    const it_ = await signedIn('it')
    expect((await it_.post('/api/accounts', { login: 'poppy', personRef: 'p-pupil' })).status).toBe(
      422,
    )
    expect((await it_.post('/api/accounts', { login: 'who', personRef: 'p-who' })).status).toBe(404)
    expect(
      (await it_.post('/api/accounts', { login: 'teacher', personRef: 'p-teacher' })).status,
    ).toBe(409)
  })
})

it.each(['it', 'nm'] as const)(
  '%s gives nobody the account of whoever says yes to changes',
  async (login) => {
    const { signedIn } = await dashboardScene()
    const one = await signedIn(login)
    for (const whose of ['dsl', 'deputy', 'head'])
      expect((await one.post(`/api/accounts/${whose}/reset`)).status, whose).toBe(403)
    expect((await one.post('/api/accounts', { login: 'dsl.too', personRef: 'p-dsl' })).status).toBe(
      403,
    )
    expect((await one.post('/api/accounts/teacher/reset')).status).toBe(200)
    const head = await signedIn('head')
    expect((await head.post('/api/accounts/dsl/reset')).status).toBe(200)
  },
)

it('the list of accounts says who has which duty, and never a hash', async () => {
  const { signedIn } = await dashboardScene()
  const head = await signedIn('head')
  const { body } = await head.get('/api/accounts')
  const text = JSON.stringify(body)
  expect(text).toContain('"duties":["dsl"]')
  expect(text).not.toContain('argon2')
  expect(text).not.toContain(PASSWORD)
})
