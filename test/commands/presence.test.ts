import { expect, test } from 'vitest'
import { presence } from '../../commands/presence.ts'
import { LocalPresence } from '../../records/presence/local-presence.ts'
import { bindingOf } from '../support/bindings.ts'
import { entryOf } from '../records/presence/presence-contract.ts'
import { SEEN_AT } from '../support/sightings.ts'
import { tempDirectory } from '../support/temp-directory.ts'

async function run(...args: readonly string[]) {
  const directory = tempDirectory()
  using store = LocalPresence.open(directory)
  const binding = bindingOf({ address: '10.1.0.8', device: 'laptop', person: 'p-2' })
  await store.put([entryOf(), entryOf({ address: '10.1.0.8', binding })], SEEN_AT)
  const out: string[] = []
  const err: string[] = []
  const deps = {
    resolveRecords: () => ({ directory }),
    now: () => SEEN_AT,
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
  }
  const code = await presence([...args, '--config', 'gate.yaml'], deps)
  return { code, out: out.join('\n'), err: err.join('\n') }
}

test('show names the device at an address, by what evidence and until when', async () => {
  const { code, out } = await run('show', '--ip', '10.1.0.7')
  expect(code).toBe(0)
  expect(out).toContain("10.1.0.7  phone (proven by the device's own key (agent))")
  expect(out).toContain('agent agent: at 2026-11-24T10:00:00.000Z')
  expect(out).not.toContain('laptop')
})

test('show finds a device, or says that nothing is known', async () => {
  expect((await run('show', '--device', 'laptop')).out).toContain('10.1.0.8')
  expect(await run('show', '--device', 'tablet')).toMatchObject({ code: 1, out: '' })
  const { out } = await run('show', '--json')
  expect(out.split('\n').map((line) => (JSON.parse(line) as { address: string }).address)).toEqual([
    '10.1.0.7',
    '10.1.0.8',
  ])
})

test('custody says who had a device', async () => {
  expect((await run('custody', '--device', 'laptop')).out).toBe(
    '2026-11-24T10:00:00.000Z to 2026-11-24T10:00:00.000Z  p-2 by agent agent (no hardware address)',
  )
  expect((await run('custody', '--device', 'tablet')).code).toBe(1)
})

test('wrong usage is told', async () => {
  expect(await run('custody')).toMatchObject({ code: 2 })
  expect(await run('look')).toMatchObject({ code: 2 })
  expect(await run('show', '--ip', '10.1.0.7', '--device', 'phone')).toMatchObject({ code: 2 })
})
