import { expect, test } from 'vitest'
import { portalScene, registered } from './portal-scene.ts'

test('answers nobody but the gate', async () => {
  const { askDirectly } = await portalScene()
  for (const path of ['/portal', '/portal/api']) expect(await askDirectly(path)).toBe(403)
})

test('tells a system in RFC 8908’s words whether it is held', async () => {
  const scene = await portalScene()
  const held = await scene.ask('/portal/api')
  expect(held.headers['content-type']).toBe('application/captive+json')
  expect(JSON.parse(held.body)).toMatchObject({ captive: true, 'can-extend-session': false })
  const device = await registered(scene, await scene.voucher('v1'))
  const free = await scene.ask('/portal/api', undefined, { device, reason: null })
  expect(JSON.parse(free.body)).toMatchObject({
    ...{ captive: false, 'seconds-remaining': 6 * 3600 },
  })
})

test('has no script, no cookie, nothing of elsewhere and is kept by no cache', async () => {
  const { ask } = await portalScene()
  const { headers, body } = await ask('/portal')
  expect(headers['content-security-policy']).toContain("default-src 'none'")
  expect(headers['cache-control']).toBe('no-store')
  expect(headers['set-cookie']).toBeUndefined()
  expect(body).not.toMatch(/<script|https?:\/\/|<img/)
})

test('reflects nothing of a code but its text', async () => {
  const { ask } = await portalScene()
  const code = '"><script>alert(1)</script>'
  const shown = await ask(`/portal?code=${encodeURIComponent(code)}`)
  expect(shown.body).not.toContain('<script>')
  expect((await ask('/portal/code', { code })).body).not.toContain('<script>')
})

test('what is none of its pages leads to the first one, and a huge form nowhere', async () => {
  const { ask } = await portalScene()
  const { status, headers } = await ask('/portal/accept')
  expect([status, headers['location']]).toEqual([303, '/portal'])
  expect((await ask('/portal/code', { code: 'x'.repeat(20_000) })).status).toBe(413)
})
