import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mobileconfig, type ProfileFacts } from '../../../commands/doh/mobileconfig.ts'
import { run } from '../../e2e/run-program.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const FACTS: ProfileFacts = {
  device: 'ipad-1',
  address: 'https://dns.school.example/dns-query/abc',
  organisation: 'St Mary’s & All <Saints>',
  ssids: [],
  supervised: false,
  uuids: ['5E4F2C6A-0000-4000-8000-000000000001', '5E4F2C6A-0000-4000-8000-000000000002'],
}

/** The value as Python's plistlib reads it: a reader that is none of ours. */
async function read(facts: Partial<ProfileFacts>): Promise<Record<string, unknown>> {
  const path = join(tempDirectory(), 'profile')
  writeFileSync(path, mobileconfig({ ...FACTS, ...facts }))
  const program =
    'import json,plistlib,sys; print(json.dumps(plistlib.load(open(sys.argv[1],"rb"))))'
  const { out, err } = await run('python3', ['-c', program, path])
  if (out === '') throw new Error(err)
  return JSON.parse(out) as Record<string, unknown>
}

test('the profile is one payload of DNS settings with the device’s own address', async () => {
  const profile = await read({})
  expect(profile).toEqual({
    PayloadType: 'Configuration',
    PayloadVersion: 1,
    PayloadIdentifier: 'org.schoolgate.dns.ipad-1',
    PayloadUUID: FACTS.uuids[0],
    PayloadDisplayName: `${FACTS.organisation}: web filter`,
    PayloadDescription: expect.stringContaining('ipad-1') as string,
    PayloadOrganization: FACTS.organisation,
    PayloadContent: [
      {
        PayloadType: 'com.apple.dnsSettings.managed',
        PayloadIdentifier: 'org.schoolgate.dns.ipad-1.settings',
        PayloadUUID: FACTS.uuids[1],
        PayloadVersion: 1,
        PayloadDisplayName: `${FACTS.organisation}: DNS`,
        DNSSettings: { DNSProtocol: 'HTTPS', ServerURL: FACTS.address },
      },
    ],
  })
})

test('on the school’s networks it leaves DNS to them, anywhere else it does not', async () => {
  const profile = await read({ ssids: ['School', 'School 2'] })
  expect(profile['PayloadContent']).toMatchObject([
    {
      OnDemandRules: [
        { Action: 'Disconnect', InterfaceTypeMatch: 'WiFi', SSIDMatch: ['School', 'School 2'] },
        { Action: 'Connect' },
      ],
    },
  ])
})

test('only on supervised devices its user can’t turn it off', async () => {
  const supervised = await read({ supervised: true })
  expect(supervised).toMatchObject({ PayloadRemovalDisallowed: true })
  expect(supervised['PayloadContent']).toMatchObject([{ ProhibitDisablement: true }])
  expect(mobileconfig(FACTS)).not.toContain('ProhibitDisablement')
})

test('a control character in a name breaks no profile', async () => {
  expect((await read({ organisation: 'A\u0000B\u001b' }))['PayloadOrganization']).toBe('A B ')
})
