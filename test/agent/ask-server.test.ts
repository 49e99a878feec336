import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readState } from '../../agent/agent-state.ts'
import { askServer, faultOfServer } from '../../agent/ask-server.ts'
import { DeviceKey } from '../../agent/device-key.ts'
import { enrol, messageOf } from '../../agent/enrol.ts'
import { tempDirectory } from '../support/temp-directory.ts'

async function serverOf(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test.each([
  ['https://schoolgate.example', null],
  ['http://127.0.0.1:8085', null],
  ['http://schoolgate.example', 'must be https'],
  ['ftp://schoolgate.example', 'no http(s) address'],
  ['schoolgate', 'no http(s) address'],
])('a server at %s', (server, fault) => {
  if (fault === null) expect(faultOfServer(server)).toBeNull()
  else expect(faultOfServer(server)).toContain(fault)
})

test('an answer is read, and one that is no JSON is null', async () => {
  const server = await serverOf((request, response) => {
    response.statusCode = request.url === '/page' ? 502 : 200
    response.end(request.url === '/page' ? '<html>' : '{"a":1}')
  })
  expect(await askServer({ server, caFile: null }, '/x', '{}')).toEqual({
    status: 200,
    body: { a: 1 },
  })
  expect(await askServer({ server, caFile: null }, '/page', '{}')).toEqual({
    status: 502,
    body: null,
  })
})

test('nobody there, a certificate that is not there and an endless answer are said, never thrown', async () => {
  const gone = await askServer({ server: 'http://127.0.0.1:9', caFile: null }, '/', '')
  expect(gone).toMatchObject({
    status: null,
    problem: expect.stringContaining('ECONNREFUSED') as string,
  })
  const noFile = await askServer({ server: 'https://127.0.0.1:9', caFile: '/nowhere' }, '/', '')
  expect(noFile).toMatchObject({
    status: null,
    problem: expect.stringContaining('ENOENT') as string,
  })
  const server = await serverOf((_request, response) => {
    const more = (): void => {
      while (response.write('x'.repeat(65_536)));
      response.once('drain', more)
    }
    more()
  })
  expect(await askServer({ server, caFile: null }, '/', '')).toMatchObject({
    problem: 'the answer is too long',
  })
})

const ANSWER = { device_id: 'laptop', ownership: 'school', report_every_seconds: 900 }
const enrolAt = (server: string, directory: string) =>
  enrol({ server, code: '1234', directory, caFile: null })

test('an enrolment is kept with its key', async () => {
  const server = await serverOf((_request, response) => response.end(JSON.stringify(ANSWER)))
  const directory = join(tempDirectory(), 'state')
  const state = await enrolAt(server, directory)
  expect(state).toEqual({
    ...{ server, deviceId: 'laptop', ownership: 'school', reportEverySeconds: 900 },
    ...{ schoolProxy: null, schoolCa: null, caFile: null },
  })
  expect(readState(directory)).toEqual(state)
  expect(DeviceKey.read(directory)).not.toBeNull()
})

test.each([
  ['a refusal', 403, { message: 'there is no such code' }, 'there is no such code'],
  ['another server', 200, { hello: 'world' }, 'did not answer as a Schoolgate does'],
  ['a schedule of nothing', 200, { ...ANSWER, report_every_seconds: 0 }, 'did not answer'],
  ['a fault', 500, null, 'answered 500'],
])('%s enrols nobody and costs no key', async (_says, status, body, problem) => {
  const server = await serverOf((_request, response) => {
    response.statusCode = status
    response.end(JSON.stringify(body))
  })
  const directory = join(tempDirectory(), 'state')
  expect(await enrolAt(server, directory)).toContain(problem)
  expect(existsSync(directory)).toBe(false)
})

test('the words of a server are bounded', () => {
  expect(messageOf({ message: 'x'.repeat(1000) })).toHaveLength(300)
  expect(messageOf({ message: 7 })).toBeNull()
})
