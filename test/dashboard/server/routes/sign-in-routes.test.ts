import { describe, expect, it } from 'vitest'
import { PASSWORD, codeOf, dashboardScene } from '../dashboard-scene.ts'

const MINUTE = 60_000

describe('signing in (V23)', () => {
  it('with a password alone is enough for a teacher', async () => {
    const { browser } = await dashboardScene()
    const { status, body } = await browser().post('/api/session', {
      login: 'teacher',
      password: PASSWORD,
    })
    expect({ status, state: body['state'] }).toEqual({ status: 200, state: 'signed_in' })
    expect(body['duties']).toEqual(['teacher'])
  })

  it.each(['nm', 'dsl', 'deputy', 'head', 'it'])('as %s needs a second factor', async (login) => {
    const { browser } = await dashboardScene()
    const one = browser()
    expect((await one.post('/api/session', { login, password: PASSWORD })).body['state']).toBe(
      'enrol',
    )
    expect((await one.get('/api/overview')).body['type']).toBe('second_factor')
    expect((await one.signIn(login)).body['state']).toBe('signed_in')
    expect((await one.get('/api/overview')).status).toBe(200)
  })

  it('asks for the code from then on, and a code works once', async () => {
    const { browser } = await dashboardScene()
    const first = browser()
    await first.post('/api/session', { login: 'dsl', password: PASSWORD })
    const { body } = await first.post('/api/session/totp/enrol')
    const secret = String(body['secret'])
    const before = codeOf(secret, Date.now() - 30_000)
    expect((await first.post('/api/session/totp/confirm', { code: before })).status).toBe(200)
    const second = browser()
    const asked = await second.post('/api/session', { login: 'dsl', password: PASSWORD })
    expect(asked.body['state']).toBe('code')
    expect((await second.post('/api/session/totp', { code: before })).status).toBe(422)
    const code = codeOf(secret)
    expect((await second.post('/api/session/totp', { code })).body['state']).toBe('signed_in')
  })

  it('takes a secret that no code has confirmed for no second factor, whatever comes in between', async () => {
    const { browser, school } = await dashboardScene()
    const appoint = async (...roles: readonly ('dsl' | 'teacher')[]): Promise<void> => {
      const held = roles.map((role) => ({ role, from: null, to: null }))
      const after = { roles: held, wfm: false, disabled: false, absent: [] }
      const edits = [{ kind: 'role.put' as const, objectId: 'p-dsl', after }]
      const change = { basedOn: school.register().headSeq, reason: 'for the sake of a test', edits }
      expect((await school.desk.submit(change, 'p-head', school.now())).kind).toBe('applied')
    }
    const one = browser()
    await one.post('/api/session', { login: 'dsl', password: PASSWORD })
    await one.post('/api/session/totp/enrol')
    await appoint('teacher')
    expect(
      (await one.post('/api/session', { login: 'dsl', password: PASSWORD })).body['state'],
    ).toBe('signed_in')
    await appoint('dsl')
    expect((await one.get('/api/overview')).body['type']).toBe('second_factor')
  })

  it('says the same of a wrong password and of nobody', async () => {
    const { browser } = await dashboardScene()
    const wrong = await browser().post('/api/session', { login: 'dsl', password: 'a wrong one' })
    const nobody = await browser().post('/api/session', { login: 'who', password: 'a wrong one' })
    expect(wrong.status).toBe(401)
    expect(nobody).toMatchObject({ status: 401, body: wrong.body })
  })

  it('rests a quarter of an hour after ten wrong passwords, for the right one, too', async () => {
    const { browser, pass } = await dashboardScene()
    const one = browser()
    for (let tries = 0; tries < 10; tries += 1)
      await one.post('/api/session', { login: 'teacher', password: 'a wrong one' })
    expect((await one.post('/api/session', { login: 'teacher', password: PASSWORD })).status).toBe(
      429,
    )
    pass(15 * MINUTE)
    expect((await one.post('/api/session', { login: 'teacher', password: PASSWORD })).status).toBe(
      200,
    )
  })

  it('changes the cookie at each stage: a planted one leads nowhere (session fixation)', async () => {
    const { browser, app } = await dashboardScene()
    const one = browser()
    await one.post('/api/session', { login: 'dsl', password: PASSWORD })
    const halfway = one.cookie
    await one.signIn('dsl')
    expect(one.cookie).not.toBe(halfway)
    const { statusCode } = await app.inject({ url: '/api/overview', headers: { cookie: halfway } })
    expect(statusCode).toBe(401)
  })

  it('writes down every attempt', async () => {
    const { browser, accounts } = await dashboardScene()
    await browser().post('/api/session', { login: 'teacher', password: 'a wrong one' })
    await browser().post('/api/session', { login: 'teacher', password: PASSWORD })
    expect(accounts.signIns(2).map(({ outcome }) => outcome)).toEqual([
      'signed in',
      'wrong password',
    ])
  })
})

describe('a session (V23)', () => {
  it('is locked after 600 seconds without activity, and not after 599', async () => {
    const { signedIn, pass } = await dashboardScene()
    const one = await signedIn('teacher')
    pass(599_000)
    expect((await one.get('/api/overview')).status).toBe(200)
    pass(600_000)
    expect(await one.get('/api/overview')).toMatchObject({ status: 401, body: { type: 'idle' } })
  })

  it('is not kept alive by a page that asks in the background', async () => {
    const { signedIn, pass } = await dashboardScene()
    const one = await signedIn('teacher')
    for (let minutes = 0; minutes < 9; minutes += 1) {
      pass(MINUTE)
      expect((await one.get('/api/overview', { 'x-background': '1' })).status).toBe(200)
    }
    pass(MINUTE)
    expect((await one.get('/api/overview', { 'x-background': '1' })).status).toBe(401)
  })

  it('ends when its owner signs out', async () => {
    const { signedIn } = await dashboardScene()
    const one = await signedIn('teacher')
    expect((await one.ask('DELETE', '/api/session')).status).toBe(204)
    expect((await one.get('/api/overview')).status).toBe(401)
  })

  it('is seen and ended from another one', async () => {
    const { signedIn } = await dashboardScene()
    const [lost, here] = [await signedIn('teacher'), await signedIn('teacher')]
    const { body } = await here.get('/api/session/others')
    const sessions = body['sessions'] as { id: string }[]
    expect(sessions).toHaveLength(2)
    for (const { id } of sessions) await here.ask('DELETE', `/api/session/others/${id}`)
    expect((await lost.get('/api/overview')).status).toBe(401)
  })

  it('loses what the ledger takes away at once', async () => {
    const { signedIn, school } = await dashboardScene()
    const one = await signedIn('teacher')
    expect((await one.get('/api/lessons')).status).toBe(200)
    const after = { roles: [], wfm: false, disabled: true, absent: [] }
    const edits = [{ kind: 'role.put' as const, objectId: 'p-teacher', after }]
    const change = { basedOn: school.register().headSeq, reason: 'has left the school', edits }
    await school.desk.submit(change, 'p-head', school.now())
    expect((await one.get('/api/lessons')).status).toBe(401)
    expect((await one.signIn('teacher')).body['detail']).toContain('disabled')
  })

  it('survives another password here and ends everywhere else', async () => {
    const { signedIn } = await dashboardScene()
    const [other, here] = [await signedIn('teacher'), await signedIn('teacher')]
    const next = { current: PASSWORD, next: 'four other plain words' }
    expect((await here.post('/api/session/password', next)).status).toBe(200)
    expect((await other.get('/api/overview')).status).toBe(401)
    expect((await here.get('/api/overview')).status).toBe(200)
  })
})
