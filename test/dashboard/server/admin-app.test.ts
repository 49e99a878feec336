import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { Sessions } from '../../../dashboard/server/accounts/sessions.ts'
import { makeAdminApp } from '../../../dashboard/server/admin-app.ts'
import { ROUTES } from '../../../dashboard/server/routes/routes.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { dashboardScene } from './dashboard-scene.ts'

describe('a request', () => {
  it('is told what is wrong with each field, as a problem (RFC 9457)', async () => {
    const { browser } = await dashboardScene()
    const { status, body, headers } = await browser().post('/api/session', { login: 7 })
    expect(status).toBe(400)
    expect(headers['content-type']).toContain('application/problem+json')
    expect(body['fields']).toEqual(
      expect.arrayContaining([expect.objectContaining({ path: 'login' })]),
    )
  })

  it.each(['{', 'null', '[]', '"text"', '{"login":', 'x'.repeat(5_000_000)])(
    'is refused and breaks nothing: %.20s',
    async (payload) => {
      const { app } = await dashboardScene()
      const headers = { 'content-type': 'application/json' }
      const { statusCode } = await app.inject({
        method: 'POST',
        url: '/api/session',
        payload,
        headers,
      })
      expect([400, 413]).toContain(statusCode)
    },
  )

  it('finds nothing where there is nothing', async () => {
    const { browser } = await dashboardScene()
    const { status, body } = await browser().get('/api/nothing')
    expect({ status, type: body['type'] }).toEqual({ status: 404, type: 'not_found' })
  })
})

it('every answer carries the headers that keep a page ours', async () => {
  const { browser } = await dashboardScene()
  const { headers } = await browser().get('/api/session')
  expect(headers['content-security-policy']).toContain("script-src 'self'")
  expect(headers['content-security-policy']).not.toContain('unsafe-eval')
  expect(headers['x-frame-options']).toBe('DENY')
  expect(headers['referrer-policy']).toBe('no-referrer')
  expect(headers['x-content-type-options']).toBe('nosniff')
})

it('the API describes itself, every route of it', async () => {
  const { browser } = await dashboardScene()
  const { body } = await browser().get('/api/openapi.json')
  expect(body['openapi']).toBe('3.1.0')
  const described = Object.keys(body['paths'] as object)
  const expected = new Set(ROUTES.map(({ url }) => url.replaceAll(/:(\w+)/g, '{$1}')))
  expect(new Set(described)).toEqual(expected)
})

it('a page’s file goes out gzipped to a browser that takes it, and whole to one that does not', async () => {
  const { school, accounts } = await dashboardScene()
  const pages = tempDirectory()
  const text = 'export const words = 1\n'.repeat(100)
  writeFileSync(join(pages, 'page.js'), text)
  writeFileSync(join(pages, 'page.js.gz'), gzipSync(text))
  writeFileSync(join(pages, 'index.html'), '<!doctype html>')
  const desk = { school, accounts, sessions: new Sessions(accounts.db) }
  const publicUrl = new URL('http://localhost:8080')
  const app = await makeAdminApp({ desk, publicUrl, pages, log: pino({ level: 'silent' }) })
  const packed = await app.inject({ url: '/page.js', headers: { 'accept-encoding': 'gzip, br' } })
  expect(packed.headers['content-encoding']).toBe('gzip')
  expect(packed.headers['content-type']).toContain('javascript')
  expect(gunzipSync(packed.rawPayload).toString()).toBe(text)
  const plain = await app.inject({ url: '/page.js' })
  expect([plain.headers['content-encoding'], plain.payload]).toEqual([undefined, text])
  expect((await app.inject({ url: '/lessons' })).payload).toBe('<!doctype html>')
  await app.close()
})
