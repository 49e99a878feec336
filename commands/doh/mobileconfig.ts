/** What a profile for an iPad, iPhone or Mac says. */
export interface ProfileFacts {
  readonly device: string
  /** The device's own DoH address. */
  readonly address: string
  readonly organisation: string
  /** Networks whose own DNS is used; none: the profile's, everywhere. */
  readonly ssids: readonly string[]
  readonly supervised: boolean
  /** Two fresh UUIDs: of the profile and of its payload. */
  readonly uuids: readonly [string, string]
}

type Plist = string | boolean | number | readonly Plist[] | { readonly [key: string]: Plist }

/**
 * A configuration profile with encrypted DNS (Apple, "DNSSettings", payload `com.apple.dnsSettings.managed`; iOS
 * 14, macOS 11). The rules are looked through in order, as those of a VPN are: on the school's networks
 * `Disconnect`, which leaves it to the network's own DNS, and `Connect` anywhere else. `ProhibitDisablement` is for
 * supervised devices alone; others would refuse the profile.
 */
export function mobileconfig(facts: ProfileFacts): string {
  const { device, address, organisation, ssids, supervised, uuids } = facts
  const identifier = `org.schoolgate.dns.${device}`
  const [profileUuid, payloadUuid] = uuids
  const payload: Plist = {
    PayloadType: 'com.apple.dnsSettings.managed',
    PayloadIdentifier: `${identifier}.settings`,
    PayloadUUID: payloadUuid,
    PayloadVersion: 1,
    PayloadDisplayName: `${organisation}: DNS`,
    DNSSettings: { DNSProtocol: 'HTTPS', ServerURL: address },
    ...(ssids.length > 0 && { OnDemandRules: rulesOf(ssids) }),
    ...(supervised && { ProhibitDisablement: true }),
  }
  const profile: Plist = {
    PayloadType: 'Configuration',
    PayloadIdentifier: identifier,
    PayloadUUID: profileUuid,
    PayloadVersion: 1,
    PayloadDisplayName: `${organisation}: web filter`,
    PayloadDescription: `Names that ${device} looks up are answered by the school's filter, wherever it is.`,
    PayloadOrganization: organisation,
    PayloadContent: [payload],
    ...(supervised && { PayloadRemovalDisallowed: true }),
  }
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${xmlOf(profile, '')}
</plist>
`
}

function rulesOf(ssids: readonly string[]): Plist {
  return [
    { Action: 'Disconnect', InterfaceTypeMatch: 'WiFi', SSIDMatch: ssids },
    { Action: 'Connect' },
  ]
}

function xmlOf(value: Plist, indent: string): string {
  if (typeof value === 'string') return `${indent}<string>${escaped(value)}</string>`
  if (typeof value === 'number') return `${indent}<integer>${value}</integer>`
  if (typeof value === 'boolean') return `${indent}<${value ? 'true' : 'false'}/>`
  const deeper = `${indent}  `
  if (isList(value))
    return [
      `${indent}<array>`,
      ...value.map((one) => xmlOf(one, deeper)),
      `${indent}</array>`,
    ].join('\n')
  const entries = Object.entries(value).flatMap(([key, one]) => [
    `${deeper}<key>${escaped(key)}</key>`,
    xmlOf(one, deeper),
  ])
  return [`${indent}<dict>`, ...entries, `${indent}</dict>`].join('\n')
}

/** `Array.isArray` does not tell a read-only list from a record. */
function isList(value: Plist): value is readonly Plist[] {
  return Array.isArray(value)
}

/** Control characters are in no XML 1.0 document, escaped or not. */
function escaped(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
