import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { dashboard } from '../../commands/dashboard.ts'
import { captured } from '../support/captured-output.ts'
import { until } from '../support/until.ts'
import { GateProcess } from '../e2e/gate-process.ts'
import { run } from '../e2e/run-program.ts'

const LISTEN = { 'dashboard.enabled': true, 'dashboard.listen': '127.0.0.1:0' }

it('a gate starts its dashboard, which knows the school, and ends with it', async () => {
  await using gate = await GateProcess.start({ set: LISTEN })
  const url = `http://${String(gate.ready['dashboard'])}`
  const session = await fetch(`${url}/api/session`)
  expect(await session.json()).toEqual({ state: 'setup', idle: false })
  const code = readFileSync(join(gate.records, 'setup-code'), 'utf8').trim()
  const people = await fetch(`${url}/api/setup/people`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })
  expect(await people.text()).toContain('Morag Ellwood')
  expect((await gate.stop()).code).toBe(0)
  await expect(fetch(`${url}/api/session`)).rejects.toThrow()
})

it('a dashboard that dies changes no verdict and is started again', async () => {
  const port = await freePort()
  const listen = `127.0.0.1:${port}`
  await using gate = await GateProcess.start({ set: { ...LISTEN, 'dashboard.listen': listen } })
  const isUp = async (): Promise<boolean> => {
    try {
      return (await fetch(`http://${listen}/api/session`)).ok
    } catch {
      return false
    }
  }
  const verdict = async (): Promise<string> => {
    const { host, port } = gate.dns
    const ask = ['-b', '127.10.10.21', `@${host}`, '-p', `${port}`, 'media-games.cat.test']
    return /EDE: .*/.exec((await run('dig', ask)).out)?.[0] ?? 'none'
  }
  const before = await verdict()
  expect(before).toContain('EDE: 1')
  const [child] = childrenOf(gate.pid)
  process.kill(Number(child), 'SIGKILL')
  await until(isUp, (up) => !up)
  expect(await verdict()).toBe(before)
  expect(await until(isUp, (up) => up)).toBe(true)
  expect(childrenOf(gate.pid)).not.toContain(child)
})

it('a port that is taken is said, and the gate filters on without a dashboard', async () => {
  await using first = await GateProcess.start({ set: LISTEN })
  const taken = String(first.ready['dashboard'])
  await using second = await GateProcess.start({ set: { ...LISTEN, 'dashboard.listen': taken } })
  expect(second.ready['dashboard']).toBeUndefined()
  expect((await second.get('/healthz')).status).toBe(200)
  expect(second.log.join('\n')).toContain('dashboard.listen')
})

it('wrong usage is told', async () => {
  const { code, err } = await captured(() => dashboard(['--clock-offset', 'soon']))
  expect(code).toBe(2)
  expect(err).toContain('milliseconds')
})

function childrenOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' '))
    .filter((child) => child !== '')
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
