import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { parseConfig } from '../../proxy/config.ts'

const ROOT = join(import.meta.dirname, '..', '..')

interface Service {
  readonly image: string
  readonly build?: { readonly context: string; readonly dockerfile: string }
  readonly restart?: string
  readonly command?: readonly string[]
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly cap_drop?: readonly string[]
  readonly privileged?: boolean
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')
const compose = parse(text) as Compose
const services = Object.entries(compose.services)

/** Published by compose-spec/compose-spec (Apache-2.0), commit 170098ba of 2026-06-23. */
const schema = z.fromJSONSchema(
  JSON.parse(
    readFileSync(join(import.meta.dirname, 'compose-spec.json'), 'utf8'),
  ) as z.core.JSONSchema.JSONSchema,
  { defaultTarget: 'draft-7' },
)

test('the file is valid by the schema of the Compose Specification', () => {
  expect(schema.safeParse(compose).error?.issues).toBeUndefined()
})

test('the schema would have told: a misspelt key is refused', () => {
  const misspelt = { services: { gate: { ...compose.services['gate'], restrat: 'always' } } }
  expect(schema.safeParse(misspelt).success).toBe(false)
})

test('gate, redis, prometheus and grafana are there', () => {
  expect(services.map(([name]) => name)).toEqual(['gate', 'redis', 'prometheus', 'grafana'])
})

for (const [name, service] of services) {
  test(`${name} is pinned, restarts, is watched and has no privilege it does not need`, () => {
    expect(service.image).toMatch(/:v?\d+\.\d+\.\d+(-[a-z]+)?$/)
    expect(service.restart).toBe('unless-stopped')
    expect(service.healthcheck?.test[0]).toBe('CMD')
    expect(service.cap_drop).toEqual(['ALL'])
    expect(service.privileged).toBeUndefined()
  })

  test(`${name} mounts only what is in the repository, or a volume`, () => {
    const mounted = (service.volumes ?? [])
      .map((volume) => interpolate(volume).split(':', 1)[0] ?? '')
      .filter((source) => source.startsWith('.'))
    expect(mounted.filter((source) => !existsSync(join(ROOT, source)))).toEqual([])
  })
}

test('no password stands in the file: one must be given, and nothing starts without', () => {
  const literals = services.flatMap(([, { environment }]) =>
    Object.entries(environment ?? {}).filter(
      ([key]) => /PASSWORD|TOKEN|SECRET/.test(key) && !key.endsWith('__FILE'),
    ),
  )
  expect(literals).toEqual([])
  expect(compose.secrets['grafana_admin_password']?.file).toMatch(
    /^\$\{GRAFANA_ADMIN_PASSWORD_FILE:\?/,
  )
})

test('only the gate is reachable from the network; the others answer this machine alone', () => {
  const open = services.flatMap(([name, { ports }]) =>
    (ports ?? []).filter((port) => !port.startsWith('127.0.0.1:')).map(() => name),
  )
  expect(new Set(open)).toEqual(new Set(['gate']))
  expect(compose.services['redis']?.ports).toBeUndefined()
})

test('redis never forgets: no eviction, append-only file', () => {
  const command = compose.services['redis']?.command?.join(' ')
  expect(command).toContain('--maxmemory-policy noeviction')
  expect(command).toContain('--appendonly yes')
})

test('the gate understands the command line that it is started with', () => {
  const [command, ...args] = compose.services['gate']?.command ?? []
  expect(command).toBe('start')
  const settings = args.flatMap((arg, index) =>
    args[index - 1] === '--set' ? [interpolate(arg)] : [],
  )
  const example = readFileSync(join(ROOT, 'examples/gate.yaml'), 'utf8')
  const parsed = parseConfig(example, 'examples/gate.yaml', settings)
  expect(parsed).toMatchObject({
    ok: true,
    config: {
      dns: { udp: { host: '0.0.0.0', port: 5353 } },
      blockPage: { address: '192.0.2.1' },
      records: { directory: '/var/lib/schoolgate', redis: 'redis://redis:6379' },
    },
  })
})

/** As Compose does, with a documentation address (RFC 5737) for what the operator must give. */
function interpolate(value: string): string {
  return value.replaceAll(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_all, _name, operator, rest: string) => (operator === '-' ? rest : '192.0.2.1'),
  )
}
