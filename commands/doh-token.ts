import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { parsePolicy } from '../rules/policy/parse-policy.ts'
import { newDohToken } from '../records/register/doh-token.ts'
import type { Register } from '../records/register/register.ts'
import { EXIT, readArguments, textOf, textsOf, type Options, type Parsed } from './arguments.ts'
import {
  DESK_USAGE,
  freshId,
  runAtDesk,
  takingAway,
  type DeskCall,
  type DeskCommand,
  type DeskCommandDeps,
} from './desk-command.ts'
import { chromebookPolicies, IDENTIFIERS } from './doh/chromebook.ts'
import { addressOf, readPlace, type DohPlace } from './doh/doh-place.ts'
import { mobileconfig } from './doh/mobileconfig.ts'
import { PLATFORMS, setupWords, type Platform } from './doh/setup-words.ts'
import { signProfile } from './doh/sign-profile.ts'
import { DEFAULT_CONFIG, readConfig } from './read-config.ts'

const USAGE = `usage: schoolgate doh-token issue DEVICE --server URL [--for apple|windows|android|chrome]
                  apple: --out FILE.mobileconfig [--ssid NAME]... [--supervised]
                         [--sign-certificate FILE --sign-key FILE]
       schoolgate doh-token list [DEVICE]
       schoolgate doh-token revoke ID
       schoolgate doh-token chromebook --server URL [--config FILE] [--by device|user]
A device's own address for DNS over HTTPS: by the token in it the gate knows the device anywhere, at home, too. The token
is shown once; the ledger has its hash. URL is where devices reach \`dns.doh\`, as in https://dns.school.example.
${DESK_USAGE}`

const OPTIONS: Options = {
  ...{ server: { type: 'string' }, for: { type: 'string' }, out: { type: 'string' } },
  ...{ ssid: { type: 'string', multiple: true }, supervised: { type: 'boolean' } },
  ...{ 'sign-certificate': { type: 'string' }, 'sign-key': { type: 'string' } },
}

/** `doh-token issue|list|revoke|chromebook`. */
export async function dohToken(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  const [verb = ''] = args
  if (verb === 'issue') return issue(args, deps)
  if (verb === 'chromebook') return chromebook(args.slice(1), deps)
  return runAtDesk(deskCommand(''), args, deps)
}

/** The token is told when the entry is in the ledger: an address that was refused must not be handed out. */
async function issue(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  const setup = readSetup(args)
  if (typeof setup === 'string') {
    deps.err(`${setup}\n${USAGE}`)
    return EXIT.usage
  }
  const { token, tokenHash } = newDohToken()
  const issued: Issued = { organisation: 'School' }
  const done = await runAtDesk(deskCommand(tokenHash, issued), args, deps)
  if (done !== EXIT.done) return done
  const address = addressOf(setup.place, token)
  deps.out(`address ${address}`)
  const { platform } = setup
  if (platform === null) return done
  if (platform === 'apple') return writeProfile(address, { setup, issued, deps })
  for (const line of setupWords(platform, address, setup.place)) deps.out(line)
  return done
}

interface Setup {
  readonly device: string
  readonly place: DohPlace
  readonly platform: Platform | null
  readonly out: string
  readonly ssids: readonly string[]
  readonly supervised: boolean
  readonly signer: { readonly certificate: string; readonly key: string } | null
}

/** What the register said while the token was issued. */
interface Issued {
  organisation: string
}

/** A text is what is wrong; looked at before anything is issued. */
function readSetup(args: readonly string[]): Setup | string {
  const parsed = readArguments(args, { ...OPTIONS, ...DESK_OPTIONS })
  if (typeof parsed === 'string') return parsed
  const [, device = ''] = parsed.positionals
  const place = readPlace(textOf(parsed, 'server') ?? '')
  if (typeof place === 'string') return place
  const wanted = textOf(parsed, 'for') ?? null
  const platform = PLATFORMS.find((one) => one === wanted) ?? null
  if (platform !== wanted) return `--for is one of ${PLATFORMS.join(', ')}`
  const out = textOf(parsed, 'out') ?? ''
  if ((platform === 'apple') !== (out !== ''))
    return '--for apple writes a profile: --out FILE.mobileconfig'
  const signer = signerOf(parsed)
  if (typeof signer === 'string') return signer
  const supervised = parsed.values['supervised'] === true
  return { device, place, platform, out, signer, ssids: textsOf(parsed, 'ssid'), supervised }
}

function signerOf(parsed: Parsed): Setup['signer'] | string {
  const [certificate, key] = [textOf(parsed, 'sign-certificate'), textOf(parsed, 'sign-key')]
  if (certificate !== undefined && key !== undefined) return { certificate, key }
  const isNeither = certificate === undefined && key === undefined
  return isNeither ? null : '--sign-certificate and --sign-key go together'
}

const DESK_OPTIONS: Options = {
  ...{ records: { type: 'string' }, config: { type: 'string' }, clock: { type: 'string' } },
  ...{ actor: { type: 'string' }, reason: { type: 'string' } },
}

async function writeProfile(
  address: string,
  { setup, issued, deps }: { setup: Setup; issued: Issued; deps: DeskCommandDeps },
): Promise<number> {
  const { device, out, ssids, supervised, signer } = setup
  const text = mobileconfig({
    ...{ device, address, organisation: issued.organisation, ssids, supervised },
    uuids: [randomUUID(), randomUUID()],
  })
  const signed = signer === null ? null : await signProfile(text, signer)
  try {
    // Whoever has the file is the device.
    writeFileSync(out, signed?.ok === true ? signed.profile : text, { mode: 0o600 })
  } catch (cause) {
    deps.err(`cannot write the profile: ${cause instanceof Error ? cause.message : String(cause)}`)
    return EXIT.no
  }
  deps.out(`profile ${out}: ${signingWords(signed)}`)
  if (ssids.length > 0)
    deps.out(
      'On those networks the device asks the network’s own DNS, and anybody may call a network so: leave --ssid out unless it must be.',
    )
  deps.out(
    supervised
      ? 'For supervised devices: others refuse it.'
      : 'On a device that is not supervised its user can turn it off, and an MDM applies it on managed Wi-Fi alone.',
  )
  return EXIT.done
}

function signingWords(signed: Awaited<ReturnType<typeof signProfile>> | null): string {
  if (signed === null) return 'unsigned, devices will say so (--sign-certificate, --sign-key)'
  return signed.ok ? 'signed' : `unsigned, because ${signed.problem}`
}

function chromebook(args: readonly string[], deps: DeskCommandDeps): number {
  const wrong = (problem: string): number => {
    deps.err(`${problem}\n${USAGE}`)
    return EXIT.usage
  }
  const parsed = readArguments(args, {
    ...{ server: { type: 'string' }, config: { type: 'string' }, by: { type: 'string' } },
  })
  if (typeof parsed === 'string') return wrong(parsed)
  const place = readPlace(textOf(parsed, 'server') ?? '')
  if (typeof place === 'string') return wrong(place)
  const by = textOf(parsed, 'by') ?? 'device'
  if (by !== 'device' && by !== 'user') return wrong('--by is device or user')
  const loaded = readConfig(textOf(parsed, 'config') ?? DEFAULT_CONFIG)
  if (typeof loaded === 'string') return wrong(loaded)
  const made = chromebookPolicies(place, loaded.config, by)
  if ('problem' in made) {
    deps.err(made.problem)
    return EXIT.no
  }
  deps.out(made.policies)
  deps.err(BY[by])
  return EXIT.done
}

const BY = {
  device: `Enter each device's id of devices.csv as its asset id in Google's console: Chrome sends a hash of ${IDENTIFIERS.device}.`,
  user: `A person is known by the address in people.csv, and by it the one school device that is theirs: for shared Chromebooks take --by device.`,
} as const

function deskCommand(tokenHash: string, issued: Issued = { organisation: '' }): DeskCommand {
  return {
    noun: 'DoH token',
    usage: USAGE,
    options: OPTIONS,
    verbs: {
      issue: { reads: false, edit: (call) => issuing(call, tokenHash, issued) },
      list: { reads: true, lines: list },
      revoke: takingAway('doh_token.revoke'),
    },
  }
}

function issuing(
  { objects: [device, ...rest], register }: DeskCall,
  tokenHash: string,
  issued: Issued,
) {
  if (device === undefined || rest.length > 0) return 'name one device'
  issued.organisation = nameOf(register)
  return {
    kind: 'doh_token.issue' as const,
    objectId: freshId('t', register),
    after: { device, tokenHash },
  }
}

function nameOf({ policy }: Register): string {
  const parsed = policy === null ? null : parsePolicy(policy.text, policy.name)
  return parsed?.ok === true ? parsed.policy.school.name : 'School'
}

function list({ objects: [device, ...rest], register }: DeskCall): readonly string[] | string {
  if (rest.length > 0) return 'name one device, or none'
  return [...register.dohTokens]
    .filter(([, token]) => device === undefined || token.device === device)
    .map(([id, token]) => `${id} ${token.device}: ${stateOf(token.device, register)}`)
}

function stateOf(device: string, { devices }: Register): string {
  const facts = devices.get(device)
  return facts === undefined ? 'no such device, refused' : facts.state
}
