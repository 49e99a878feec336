import { pino } from 'pino'
import { expect, test } from 'vitest'
import { servePortal } from '../../../../dashboard/server/portal/serve-portal.ts'
import { readOrCreateKey } from '../../../../records/key-file.ts'
import {
  proveClient,
  RELAY_FIELD,
  RELAY_KEY,
} from '../../../../records/registration/relay-proof.ts'
import { registrationScene } from '../../../records/registration/registration-scene.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'

test('it serves whoever knows the key of the records, until it is stopped', async () => {
  const { deps } = await registrationScene()
  const records = tempDirectory()
  const options = {
    ...{ ...deps, records, directory: tempDirectory(), log: pino({ level: 'silent' }) },
    ...{ listen: { host: '127.0.0.1', port: 0 }, macAt: () => Promise.resolve(null) },
  }
  const served = await servePortal(options)
  const client = {
    ...{ address: '10.0.0.1', device: null, reason: 'unregistered', zone: 'x', at: deps.now() },
  }
  const proof = proveClient(client, readOrCreateKey(records, RELAY_KEY))
  const answer = await fetch(`${served.url}/portal`, { headers: { [RELAY_FIELD]: proof } })
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('Code on')])
  const port = Number(new URL(served.url).port)
  const taken = { ...options, listen: { host: '127.0.0.1', port } }
  await expect(servePortal(taken)).rejects.toThrow('EADDRINUSE')
  await served.stop()
  await expect(fetch(`${served.url}/portal`)).rejects.toThrow()
})
