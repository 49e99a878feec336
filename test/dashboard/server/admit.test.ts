import { describe, expect, it } from 'vitest'
import type { Duty } from '../../../records/governance/governance-state.ts'
import { scopeOf, type Permission } from '../../../dashboard/server/permissions.ts'
import type { Access } from '../../../dashboard/server/route.ts'
import { ROUTES } from '../../../dashboard/server/routes/routes.ts'
import { dashboardScene, type Login } from './dashboard-scene.ts'

const EVERYBODY: readonly Login[] = ['nm', 'dsl', 'head', 'it', 'office', 'teacher', 'governor']
const DUTY: Readonly<Record<Login, Duty>> = {
  ...{ nm: 'network_manager', dsl: 'dsl', deputy: 'deputy_dsl', head: 'head', it: 'it' },
  ...{ office: 'reception', teacher: 'teacher', governor: 'governor' },
}

function isWhole(access: Access, login: Login): boolean {
  return access === 'signed_in' || scopeOf(access as Permission, [DUTY[login]]) === 'full'
}

describe('V22: every route, for every duty', () => {
  it('answers 401 to whoever has not signed in, and 403 to whoever may not, and to nobody else', async () => {
    const { signedIn, browser } = await dashboardScene()
    const people = await Promise.all(EVERYBODY.map((login) => signedIn(login)))
    const guarded = ROUTES.filter(({ access }) => access !== 'public').filter(
      // Ending its own session would end the walk.
      ({ method, url }) => !(method === 'DELETE' && url === '/api/session'),
    )
    expect(guarded.length).toBeGreaterThan(15)
    for (const { method, url, access } of guarded) {
      const path = url.replace(':id', '1').replace(':login', 'nobody')
      const body = method === 'POST' ? {} : undefined
      const stranger = await browser().ask(method, path, body)
      expect(stranger.status, `${method} ${url} for a stranger`).toBe(401)
      for (const [index, login] of EVERYBODY.entries()) {
        const answer = await people[index]?.ask(method, path, body)
        const may = access === 'signed_in' || scopeOf(access as Permission, [DUTY[login]]) !== null
        const refused = answer?.status === 403 || answer?.status === 401
        // A page of counts alone answers 403 to those who may see counts only.
        if (!may) expect(answer?.status, `${method} ${url} for ${login}`).toBe(403)
        else if (isWhole(access, login))
          expect(refused, `${method} ${url} for ${login}`).toBe(false)
      }
    }
  })

  it('lets strangers sign in, set the gate up and take up an invitation, and nothing else', () => {
    const open = ROUTES.filter(({ access }) => access === 'public').map(({ url }) => url)
    expect(open.every((url) => /^\/api\/(session|setup|invitation)/.test(url))).toBe(true)
  })
})

describe('a request that is none of ours', () => {
  it('from another site is refused, signed in or not', async () => {
    const { signedIn } = await dashboardScene()
    const head = await signedIn('head')
    const origin = { origin: 'https://evil.example' }
    const { status, body } = await head.post('/api/session/password', {}, origin)
    expect({ status, type: body['type'] }).toEqual({ status: 403, type: 'cross_site' })
    const valid = { decision: 'approve', reason: 'because I say so' }
    expect((await head.post('/api/changes/1-a/decision', valid, origin)).body['type']).toBe(
      'cross_site',
    )
  })

  it('without the page’s token changes nothing', async () => {
    const { signedIn } = await dashboardScene()
    const head = await signedIn('head')
    const valid = { decision: 'approve', reason: 'because I say so' }
    const wrong = { 'x-csrf-token': 'made up' }
    const { status, body } = await head.post('/api/changes/1-a/decision', valid, wrong)
    expect({ status, type: body['type'] }).toEqual({ status: 403, type: 'cross_site' })
  })
})
