import { isIP } from 'node:net'
import { z } from 'zod'
import { plainAddress } from '../../zone-map.ts'
import { writtenAs } from '../leases/lease-words.ts'

/** Whom the school's own rules leave out, and how its domains are called in e-mail. */
export interface SignInRules {
  /** Names of accounts that are no person's; `*` stands for anything. */
  readonly ignore: readonly string[]
  readonly logonTypes: readonly number[]
  /** Mail domain by Windows domain, for accounts that are no e-mail address by themselves. */
  readonly mailDomains: Readonly<Record<string, string>>
}

/** Somebody signed in from an address. */
export interface SignIn {
  readonly account: string
  readonly address: string
  /** Epoch ms by the clock of the machine that wrote it. */
  readonly at: number
}

/** `ignored`: another event, a machine's or service's account, no address, a logon type that is nobody's presence. */
export type SignInReading = SignIn | 'ignored' | 'refused'

/** 4624, "An account was successfully logged on" (Microsoft, "Audit Logon"); all values may be texts. */
const SIGN_IN = 4_624

const text = z.union([z.string().max(1_000), z.number()]).transform(String)

const facts = z.object({
  TargetUserName: text,
  TargetDomainName: text.default(''),
  TargetUserSid: text.default(''),
  IpAddress: text.default(''),
  LogonType: text,
})

/** As Winlogbeat (`winlog`), as NXLog (flat), and as programs that turn the event's XML into JSON (`Event`) write it. */
const event = z.union([
  z
    .object({
      '@timestamp': text,
      winlog: z.object({ event_id: text, event_data: z.record(z.string(), z.unknown()) }),
    })
    .transform(({ '@timestamp': at, winlog }) => ({
      at,
      id: winlog.event_id,
      data: winlog.event_data,
    })),
  z
    .object({
      Event: z.object({
        System: z.object({
          EventID: z.union([text, z.object({ '#text': text }).transform((id) => id['#text'])]),
          TimeCreated: z
            .union([
              z.object({ SystemTime: text }),
              z.object({ '#attributes': z.object({ SystemTime: text }) }),
            ])
            .transform((time) => ('SystemTime' in time ? time : time['#attributes']).SystemTime),
        }),
        EventData: z.record(z.string(), z.unknown()).nullish(),
      }),
    })
    .transform(({ Event: { System, EventData } }) => ({
      at: System.TimeCreated,
      id: System.EventID,
      data: EventData ?? {},
    })),
  z
    .looseObject({ EventID: text, EventTime: text })
    .transform((flat) => ({ at: flat.EventTime, id: flat.EventID, data: flat })),
])

/** Windows' own: SYSTEM, LOCAL and NETWORK SERVICE, ANONYMOUS LOGON; window managers, fonts, services, virtual accounts. */
const WINDOWS_SIDS = /^S-1-5-(?:7|18|19|20|80-.*|82-.*|83-.*|90-.*|96-.*)$/

const WINDOWS_DOMAINS = new Set([
  ...['nt authority', 'nt service', 'window manager', 'font driver host', 'iis apppool'],
])

const WINDOWS_NAMES =
  /^(?:anonymous logon|system|local service|network service|(?:dwm|umfd)-\d+|-|)$/i

/** ISO 8601 with its offset, or NXLog's local form without one, which can't be told from another day's hour. */
const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})$/

/** One line of forwarded events. Never throws. */
export function parseSignIn(line: string, rules: SignInRules): SignInReading {
  const read = event.safeParse(jsonOf(line))
  if (!read.success) return 'refused'
  if (Number(read.data.id) !== SIGN_IN) return 'ignored'
  const data = facts.safeParse(read.data.data)
  const at = TIME.test(read.data.at) ? Date.parse(read.data.at.replace(' ', 'T')) : NaN
  if (!data.success || !Number.isFinite(at)) return 'refused'
  return signInOf(data.data, at, rules)
}

function signInOf(data: z.output<typeof facts>, at: number, rules: SignInRules): SignInReading {
  const { TargetUserName: name, TargetDomainName: domain, LogonType: type } = data
  if (!rules.logonTypes.includes(Number(type)) || isNobody(data, rules)) return 'ignored'
  const address = plainAddress(data.IpAddress)
  if (isIP(address) === 0) return data.IpAddress === '-' || address === '' ? 'ignored' : 'refused'
  // At the machine's own keyboard: its events say where it is to nobody.
  if (address === '::1' || address.startsWith('127.')) return 'ignored'
  return { account: accountOf(name, domain, rules), address: writtenAs(address), at }
}

function isNobody(data: z.output<typeof facts>, { ignore }: SignInRules): boolean {
  const { TargetUserName: name, TargetDomainName: domain, TargetUserSid: sid } = data
  // A machine's own account ends like that.
  if (name.endsWith('$') || WINDOWS_NAMES.test(name) || WINDOWS_SIDS.test(sid)) return true
  return WINDOWS_DOMAINS.has(domain.toLowerCase()) || ignore.some((one) => fits(name, one))
}

/** Whether a name is of the form `svc-*`, in letters of either case. */
function fits(name: string, form: string): boolean {
  const parts = form.toLowerCase().split('*')
  const lower = name.toLowerCase()
  const [first = '', ...rest] = parts
  const last = rest.pop()
  if (last === undefined) return lower === first
  if (!lower.startsWith(first) || !lower.slice(first.length).endsWith(last)) return false
  let at = first.length
  for (const part of rest) {
    const found = lower.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= lower.length - last.length
}

/** An e-mail address where it is one or its domain has one; else the account as Windows writes it. */
function accountOf(name: string, domain: string, { mailDomains }: SignInRules): string {
  if (name.includes('@') || domain === '' || domain === '-') return name
  const known = Object.entries(mailDomains).find(
    ([windows]) => windows.toLowerCase() === domain.toLowerCase(),
  )
  if (known !== undefined) return `${name}@${known[1]}`
  return domain.includes('.') ? `${name}@${domain.toLowerCase()}` : `${domain}\\${name}`
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line.replace(/^\ufeff/, '')) as unknown
  } catch {
    return undefined
  }
}
