import { pino } from 'pino'
import { expect, it } from 'vitest'
import { serveDashboard } from '../../../dashboard/server/serve.ts'
import { dashboardScene } from './dashboard-scene.ts'

it('serves on the port that it is given, and says where', async () => {
  const { school } = await dashboardScene()
  const log = pino({ level: 'silent' })
  const options = { school, publicUrl: null, pages: null, log }
  const served = await serveDashboard({ ...options, listen: { host: '127.0.0.1', port: 0 } })
  expect(served.setupCode).toBeNull()
  expect((await fetch(`${served.url}/api/session`)).status).toBe(200)
  const listen = { host: '127.0.0.1', port: Number(new URL(served.url).port) }
  await expect(serveDashboard({ ...options, listen })).rejects.toThrow(/EADDRINUSE/)
  await served.stop()
})
