import { qrCode } from './qr-code.ts'
import { escapeHtml, frameHtml, type PortalSchool } from './portal-frame.ts'

/** What reception hands over with a voucher. */
export interface Slip {
  readonly code: string
  /** The visitor's name, for this sheet alone. */
  readonly name: string
  readonly host: string
  readonly zones: readonly string[]
  readonly from: string
  readonly to: string
  /** The portal's address with the code in it; null where the gate has none that it can tell. */
  readonly link: string | null
}

/** Seeds 003:124 and 004:102, 136-145: what a visitor reads before a phone leaves a pocket. */
const RULES = [
  'Use your device only in the places named above, never where pupils are.',
  'Take no pictures, recordings or calls where pupils can be seen or heard.',
  'This code is for one device. Tell reception when you leave.',
] as const

/** A page to print: code, QR, where, until when, who answers for the visit, and the rules. */
export async function slipPage(school: PortalSchool, slip: Slip): Promise<string> {
  const { code, name, host, zones, from, to, link } = slip
  const qr = link === null ? '' : `<div class="qr">${await qrCode(link)}</div>`
  const where = zones.length === 0 ? 'where reception says' : zones.map(spoken).join(', ')
  const rules = RULES.map((rule) => `<li>${escapeHtml(rule)}</li>`).join('\n')
  return frameHtml(
    school,
    `Wi-Fi for ${name}`,
    `<p class="code">${escapeHtml(code)}</p>
${qr}
<ul>
<li>Join the school&#8217;s Wi-Fi, scan the square or type the code, and agree to the rules.</li>
<li>It works from ${escapeHtml(moment(from, school))} to ${escapeHtml(moment(to, school))}, ${escapeHtml(where)}.</li>
<li>Your host is ${escapeHtml(host)}.</li>
</ul>
<h2>Please</h2>
<ul>
${rules}
</ul>`,
  )
}

/** `24 November 2026 at 16:00` by the school's clock. */
export function moment(at: string | number, { timeZone }: PortalSchool): string {
  return new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone,
  }).format(new Date(at))
}

export function spoken(word: string): string {
  return word.replaceAll('_', ' ')
}
