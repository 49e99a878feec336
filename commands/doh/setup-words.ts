import type { DohPlace } from './doh-place.ts'

export const PLATFORMS = ['apple', 'windows', 'android', 'chrome'] as const
export type Platform = (typeof PLATFORMS)[number]

/** What to do on a device so that it asks at its own address; lines for a person. */
export function setupWords(
  platform: Exclude<Platform, 'apple'>,
  address: string,
  { host }: DohPlace,
): readonly string[] {
  return WORDS[platform](address, host)
}

type Words = (address: string, host: string) => readonly string[]

const WORDS: Readonly<Record<Exclude<Platform, 'apple'>, Words>> = {
  windows: (address, host) => [
    'Windows 11 and Server 2022, as an administrator or by a script of Intune:',
    `  $gate = (Resolve-DnsName ${host} -Type A).IPAddress`,
    `  Add-DnsClientDohServerAddress -ServerAddress $gate -DohTemplate '${address}' -AllowFallbackToUdp $False -AutoUpgrade $True`,
    '  Get-NetAdapter -Physical | Set-DnsClientServerAddress -ServerAddresses $gate',
    'The certificate must be good for the name in the template. Without fallback nothing is looked up where the gate can’t be reached.',
    'Users without administrator’s rights can’t take it back. Close Chrome’s, Edge’s and Firefox’s own DNS by their policies: DnsOverHttpsMode=off.',
  ],
  android: (address) => [
    'A managed Android device, by the policies of its Chrome (managed configuration in the EMM):',
    '  DnsOverHttpsMode = secure',
    `  DnsOverHttpsTemplates = ${address}{?dns}`,
    'That is Chrome alone. Android’s own "Private DNS" speaks DNS over TLS to a host name, which has no room for a token, and this version',
    'does not serve `dns.dot`: set it to Off by policy, and filter other apps on the school’s network or by the EMM’s list of apps.',
  ],
  chrome: (address) => [
    'Chrome or Edge on a managed computer, by policy (other programs on it are not covered):',
    '  DnsOverHttpsMode = secure',
    `  DnsOverHttpsTemplates = ${address}{?dns}`,
    'Chromebooks: `schoolgate doh-token chromebook`; they need no token each.',
  ],
}
