import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseHostname } from '../../../rules/names/hostname.ts'
import { SERVICES } from '../../../rules/services/services.ts'
import { findCategory } from '../../../rules/taxonomy/taxonomy.ts'

const STARTER = join(import.meta.dirname, '../../../examples/lists/starter')

/** Host to the categories that the starter lists give it. */
const starter = new Map<string, string[]>()
for (const file of readdirSync(STARTER)) {
  for (const line of readFileSync(join(STARTER, file), 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    starter.set(line, [...(starter.get(line) ?? []), file.replace(/\.txt$/, '')])
  }
}

function categoriesInStarter(host: string): string[] {
  const labels = host.split('.')
  return labels.flatMap((_, at) => starter.get(labels.slice(at).join('.')) ?? [])
}

/** Where one of a service's hosts is rightly in another category than the service. */
const BESIDE: Readonly<Record<string, string>> = {
  bbc: 'media.press',
  grok: 'comms.social',
  prime_video: 'life.shopping',
  youtube: 'edu.search',
}

/** Networks that carry many makers' sites: on these a service is a single host or nothing. */
const SHARED = [
  ...['akamaized.net', 'akamaihd.net', 'akamai.net', 'edgesuite.net', 'edgekey.net'],
  ...['cloudfront.net', 'amazonaws.com', 'fastly.net', 'fastlylb.net', 'llnwd.net', 'hwcdn.net'],
  ...['googleapis.com', 'googleusercontent.com', 'gstatic.com', 'azureedge.net', 'windows.net'],
  ...['cloudflare.com', 'workers.dev', 'b-cdn.net', 'msedge.net', 'aaplimg.com', 'l.google.com'],
]

function isUnder(host: string, parent: string): boolean {
  return host === parent || host.endsWith(`.${parent}`)
}

describe('the table of services', () => {
  it('holds at least sixty services, each with a name and an id that a policy can write', () => {
    expect(SERVICES.length).toBeGreaterThanOrEqual(60)
    for (const { id, name, hosts } of SERVICES) {
      expect(id).toMatch(/^[a-z0-9][a-z0-9_]*$/)
      expect(name).not.toBe('')
      expect(hosts, id).not.toHaveLength(0)
    }
  })

  it('names no service and no host twice', () => {
    const ids = SERVICES.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const hosts = SERVICES.flatMap((service) => service.hosts.map(({ host }) => host))
    expect(hosts.filter((host, at) => hosts.indexOf(host) !== at)).toEqual([])
  })

  it('holds canonical hosts only, none below another of the same service', () => {
    for (const { id, hosts } of SERVICES) {
      for (const { host } of hosts) {
        expect(parseHostname(host), host).toBe(host)
        expect(host.split('.').length, host).toBeGreaterThan(1)
        const others = hosts.filter((other) => other.host !== host && other.scope === 'subtree')
        expect(
          others.filter((other) => isUnder(host, other.host)),
          `${id} ${host}`,
        ).toEqual([])
      }
    }
  })

  it.each(SERVICES)(
    '$id is in $category, and the starter lists hold each of its hosts in a plausible category',
    ({ id, category, hosts }) => {
      expect(findCategory(category)).toBeDefined()
      const plausible = [category, 'sec.shortener', BESIDE[id] ?? category]
      for (const { host } of hosts) {
        const found = categoriesInStarter(host)
        expect(
          found.some((each) => plausible.includes(each)),
          `${host}: ${found.join(', ')}`,
        ).toBe(true)
      }
    },
  )

  it('opens no network that carries others too, and nothing sealed', () => {
    for (const { category, hosts } of SERVICES) {
      expect(findCategory(category)?.lock).not.toBe('SEALED')
      for (const { host, scope } of hosts) {
        expect(SHARED).not.toContain(host)
        if (SHARED.some((network) => isUnder(host, network))) expect(scope, host).toBe('host')
      }
    }
  })
})
