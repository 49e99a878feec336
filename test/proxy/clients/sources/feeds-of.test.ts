import { expect, test } from 'vitest'
import { feedsOf } from '../../../../proxy/clients/sources/feeds-of.ts'
import { sourceSettings } from '../../../../proxy/clients/sources/source-settings.ts'
import { parseConfig } from '../../../../proxy/config.ts'

const CONTEXT = {
  directory: '/',
  clock: () => 0,
  log: { info: () => undefined, warn: () => undefined },
  clockOffsetMs: 0,
}

test('only the sources that are named are read', () => {
  expect(feedsOf(sourceSettings.parse({}), CONTEXT)).toEqual([])
  const named = feedsOf(sourceSettings.parse({ neighbours: {} }), CONTEXT)
  expect(named.map(({ name }) => name)).toEqual(['neighbours'])
  const radius = { listen: '127.0.0.1:0', secretsFile: 'secrets' }
  const feeds = feedsOf(sourceSettings.parse({ radius }), CONTEXT)
  expect(feeds.map(({ name }) => name)).toEqual(['radius'])
})

test('each file is read, its path from the folder of the configuration', () => {
  const leases = [
    { format: 'dnsmasq', file: '/var/lib/misc/dnsmasq.leases' },
    { format: 'kea', file: 'kea-leases6.csv' },
  ]
  const [signIns, unifi] = [[{ file: '4624.jsonl' }], [{ file: 'clients.json' }]]
  const settings = sourceSettings.parse({ leases, signIns, unifi })
  const named = feedsOf(settings, { ...CONTEXT, directory: '/etc/gate' })
  expect(named.map(({ name }) => name)).toEqual([
    'leases /var/lib/misc/dnsmasq.leases',
    'leases /etc/gate/kea-leases6.csv',
    'sign-ins /etc/gate/4624.jsonl',
    'unifi /etc/gate/clients.json',
  ])
})

test('a source that is misspelt is refused with its line and the word that was meant', () => {
  const text =
    'site: ex\npolicy: p.yaml\nclients:\n  sources:\n    neighbors: { everySeconds: 5 }\n'
  const parsed = parseConfig(text, 'gate.yaml', [])
  expect(parsed).toMatchObject({ ok: false })
  expect(parsed.ok ? [] : parsed.problems).toMatchObject([
    { line: 5, message: 'unknown key; did you mean `neighbours`?' },
  ])
})
