import { agreementFor, PARENTAL_CONSENT } from '../../../rules/agreements/agreement.ts'
import type { MacAddress } from '../../../rules/identity/mac-address.ts'
import type { DeviceFacts } from '../../../rules/subject.ts'
import { voucherTerms } from '../../../rules/vouchers/voucher-kinds.ts'
import { sha256 } from '../../../records/ledger/chain.ts'
import { GuessLimit } from '../../../records/posture/guess-limit.ts'
import { findCode, findHash, type CodeAnswer } from '../../../records/registration/known-code.ts'
import {
  registerDevice,
  signAgain,
  type PortalDeps,
  type ShownAgreement,
} from '../../../records/registration/register-device.ts'
import { signatureKey } from '../../../records/registration/registration-facts.ts'
import type { RelayedClient } from '../../../records/registration/relay-proof.ts'
import type { SignInStore } from '../../../records/registration/sign-in-store.ts'
import { readAgreement } from './agreement-text.ts'
import { openState, sealState, type FormState } from './form-state.ts'
import type { PortalSchool } from './portal-frame.ts'
import {
  agreementPage,
  codePage,
  DEVICE_TYPES,
  knownPage,
  sorryPage,
  welcomePage,
} from './portal-pages.ts'
import { qrCode } from './qr-code.ts'
import { moment, spoken } from './slip-page.ts'

export interface PortalParts extends PortalDeps {
  readonly store: Pick<SignInStore, 'put' | 'count'>
  /** The folder that files of the policy are relative to. */
  readonly directory: string
  readonly formKey: Uint8Array
  /** The hardware address that was last seen at an address; null where no source tells. */
  readonly macAt: (address: string) => Promise<MacAddress | null>
}

/** A page of the portal. */
export interface Html {
  readonly status: number
  readonly html: string
}

/** A school day: then the device proves anew who it is, by a lasting hardware address or its own code. */
const SIGNED_IN_MS = 12 * 3_600_000

/** The portal without its wire: what each page says and does. Times are gate time. */
export class Portal {
  readonly #parts: PortalParts
  readonly #guesses = new GuessLimit()

  constructor(parts: PortalParts) {
    this.#parts = parts
  }

  /** What the device is to do next. */
  show(client: RelayedClient, code: string): Html {
    const device = this.#deviceOf(client)
    if (device === null) return ok(codePage(this.#school(), { code, problem: null }))
    if (device.state === 'pending') return this.#known('It waits for the yes of a technician.')
    if (client.reason === 'aup_missing') return this.#askAgain(client, device)
    if (client.reason !== null && REFUSED[device.state] !== undefined)
      return this.#known(REFUSED[device.state] ?? '')
    return this.#known('It is registered.', this.#cameByPortal(device.id))
  }

  /** Somebody typed a code, or came with one from a slip. */
  code(client: RelayedClient, typed: string): Html {
    const { store, register, now } = this.#parts
    if (this.#guesses.isOver(client.address, now())) {
      store.count('too_many_guesses')
      return { status: 429, html: sorryPage(this.#school(), TOO_MANY) }
    }
    const found = findCode(typed, register(), now())
    if (!found.ok) return this.#refuseCode(client, typed, found)
    if (found.kind === 'rejoin') return this.#rejoin(client, found.device)
    return this.#ask(client, found, null)
  }

  /** Somebody pressed the button below the agreement. */
  async accept(
    client: RelayedClient,
    form: { readonly state: string; readonly type: string; readonly isAccepted: boolean },
    portalUrl: string,
  ): Promise<Html> {
    const { formKey, now } = this.#parts
    const state = openState(form.state, formKey, { address: client.address, now: now() })
    if (state === null) return { status: 400, html: sorryPage(this.#school(), TOO_OLD) }
    if (state.device !== null) return this.#sign(client, state, form.isAccepted)
    const found = findHash(state.codeHash ?? '', this.#parts.register(), now())
    if (!found.ok || found.kind === 'rejoin') return this.#refuseCode(client, '', found)
    if (!form.isAccepted) return this.#ask(client, found, NOT_ACCEPTED)
    const agreement = this.#agreementOf(this.#holderOf(found))
    if (agreement === undefined) return this.#noText()
    if (!isAsShown(agreement, state)) return this.#ask(client, found, CHANGED)
    return this.#register(client, { state, type: form.type, agreement, portalUrl })
  }

  /** The device is signed out here; its registration stays. */
  leave(client: RelayedClient): Html {
    const { store, now } = this.#parts
    if (client.device === null || !this.#cameByPortal(client.device)) return this.show(client, '')
    const { address, device } = client
    const at = now()
    store.put({ address, device, mac: null, at, until: at })
    store.count('left')
    return this.#known('It is signed out.')
  }

  /** RFC 8908: whether the device is held at the portal, and where that is. */
  api({ device: id, reason }: RelayedClient, portalUrl: string): Readonly<Record<string, unknown>> {
    const captive = reason === 'unregistered' || reason === 'aup_missing'
    const byVoucher = id === null ? undefined : this.#parts.register().devices.get(id)?.byVoucher
    const voucher =
      byVoucher === undefined ? undefined : this.#parts.register().vouchers.get(byVoucher)
    const left =
      voucher === undefined ? null : Math.floor((Date.parse(voucher.to) - this.#parts.now()) / 1000)
    return {
      captive,
      'user-portal-url': portalUrl,
      'can-extend-session': false,
      ...(captive || left === null ? {} : { 'seconds-remaining': Math.max(0, left) }),
    }
  }

  async #register(client: RelayedClient, asked: Asked): Promise<Html> {
    const { store, macAt } = this.#parts
    const { state, type, agreement, portalUrl } = asked
    const mac = await macAt(client.address)
    const known = DEVICE_TYPES.find((each) => each === type) ?? DEVICE_TYPES[0]
    const request = { codeHash: state.codeHash ?? '', type: known, mac, agreement }
    const done = await registerDevice(request, this.#parts)
    if (!done.ok) {
      store.count(done.reason)
      const says = SAID[done.reason] ?? `${done.message}.`
      return {
        status: done.reason === 'unavailable' ? 503 : 409,
        html: sorryPage(this.#school(), says),
      }
    }
    const { device, rejoinCode, isPending, until } = done
    this.#signIn(client, { device, mac, until })
    store.count('registered')
    const qr = await qrCode(`${portalUrl}?code=${rejoinCode}`)
    const end = until === null ? null : moment(until, this.#school())
    return ok(welcomePage(this.#school(), { isPending, rejoinCode, qr, until: end }))
  }

  /** A device that came before, at another address or with another hardware address. */
  #rejoin(client: RelayedClient, device: string): Html {
    const { register, store } = this.#parts
    const facts = register().devices.get(device)
    const voucher =
      facts?.byVoucher === undefined ? undefined : register().vouchers.get(facts.byVoucher)
    const until = voucher === undefined ? null : Date.parse(voucher.to)
    this.#signIn(client, { device, mac: null, until })
    store.count('rejoined')
    const isPending = facts?.state === 'pending'
    return ok(welcomePage(this.#school(), { isPending, rejoinCode: null, qr: null, until: null }))
  }

  #signIn(
    { address }: RelayedClient,
    { device, mac, until }: { device: string; mac: MacAddress | null; until: number | null },
  ): void {
    const at = this.#parts.now()
    const end = Math.min(at + SIGNED_IN_MS, until ?? Infinity)
    this.#parts.store.put({ address, device, mac, at, until: end })
  }

  /** A new version, or a year has passed: its person's word once more. */
  #askAgain(client: RelayedClient, device: DeviceFacts, problem: string | null = null): Html {
    if (this.#lacksConsent(device)) return this.#known(CONSENT)
    const agreement = this.#agreementOf(device)
    if (agreement === undefined) return this.#noText()
    if (agreement === null || device.personRef === null)
      return this.#known('The agreement for it has not been signed: the office knows how.')
    const state = this.#seal(client, { codeHash: null, device: device.id, agreement })
    return ok(
      agreementPage(this.#school(), {
        ...{ text: agreement.text, state, asksType: false, terms: [], problem },
      }),
    )
  }

  async #sign(client: RelayedClient, state: FormState, isAccepted: boolean): Promise<Html> {
    const device = this.#deviceOf(client)
    // Whoever has the address by now is somebody else.
    if (device?.id !== state.device || device.personRef === null)
      return { status: 400, html: sorryPage(this.#school(), TOO_OLD) }
    if (!isAccepted) return this.#askAgain(client, device, NOT_ACCEPTED)
    const agreement = this.#agreementOf(device)
    if (agreement === undefined || agreement === null) return this.#noText()
    if (!isAsShown(agreement, state)) return this.#askAgain(client, device, CHANGED)
    const signed = await signAgain(device.personRef, agreement, this.#parts)
    this.#parts.store.count(signed.ok ? 'signed' : 'unavailable')
    if (!signed.ok) return { status: 503, html: sorryPage(this.#school(), UNAVAILABLE) }
    return ok(
      welcomePage(this.#school(), { isPending: false, rejoinCode: null, qr: null, until: null }),
    )
  }

  #ask(client: RelayedClient, found: Opening, problem: string | null): Html {
    const agreement = this.#agreementOf(this.#holderOf(found))
    if (agreement === undefined) return this.#noText()
    const state = this.#seal(client, { codeHash: found.codeHash, device: null, agreement })
    const isAgency = found.kind === 'voucher' && found.voucher.type === 'agency_device'
    return ok(
      agreementPage(this.#school(), {
        ...{ text: agreement?.text ?? null, state, asksType: !isAgency, problem },
        terms: found.kind === 'voucher' ? this.#termsOf(found) : [],
      }),
    )
  }

  #termsOf({ voucher }: Extract<Opening, { kind: 'voucher' }>): readonly string[] {
    const school = this.#school()
    const { during } = voucherTerms(voucher.type, this.#parts.policy()?.vouchers?.[voucher.type])
    const where = voucher.zones.map(spoken).join(', ')
    return [
      `From ${moment(voucher.from, school)} to ${moment(voucher.to, school)}.`,
      ...(where === '' ? [] : [`Only in: ${where}.`]),
      ...(during.length === 0 ? [] : [`Only during: ${during.map(spoken).join(', ')}.`]),
      'For this one device.',
    ]
  }

  #seal(
    { address }: RelayedClient,
    {
      codeHash,
      device,
      agreement,
    }: Pick<FormState, 'codeHash' | 'device'> & { readonly agreement: ShownAgreement | null },
  ): string {
    const { formKey, now } = this.#parts
    const { id: agreed = null, version = null, text = null } = agreement ?? {}
    const shown = { agreement: agreed, version, text: text === null ? null : sha256(text) }
    return sealState({ codeHash, device, address, ...shown, at: now() }, formKey)
  }

  /** Null: nothing is asked; undefined: something is, and its text can't be read. */
  #agreementOf({ role, phase }: Holder): ShownAgreement | null | undefined {
    const { agreements } = this.#parts.policy() ?? {}
    const asked = agreements === undefined ? null : agreementFor(agreements, role, phase)
    if (asked === null) return null
    const text = readAgreement(asked, this.#parts.directory)
    return text === null ? undefined : { id: asked.id, version: asked.version, text }
  }

  #holderOf(found: Opening): Holder {
    if (found.kind === 'voucher')
      return { role: voucherTerms(found.voucher.type, undefined).role, phase: null }
    const person = this.#parts.register().people.get(found.invitation.person)
    return { role: person?.role ?? 'visitor', phase: person?.phase ?? null }
  }

  #lacksConsent({ role, personRef }: DeviceFacts): boolean {
    if (role !== 'pupil' || this.#parts.policy()?.agreements?.parentalConsent !== true) return false
    const key = signatureKey(personRef ?? '', PARENTAL_CONSENT)
    return !this.#parts.register().agreements.has(key)
  }

  #deviceOf({ device }: RelayedClient): DeviceFacts | null {
    return device === null ? null : (this.#parts.register().devices.get(device) ?? null)
  }

  #cameByPortal(device: string): boolean {
    return this.#parts.register().registrations.has(device)
  }

  #refuseCode(client: RelayedClient, typed: string, answer: CodeAnswer): Html {
    const reason = answer.ok ? 'used' : answer.reason
    const { store, now } = this.#parts
    // Whoever has a code that is used or over does not guess.
    if (reason === 'wrong_code') this.#guesses.count(client.address, now())
    store.count(reason)
    const at = answer.ok || answer.at === null ? '' : moment(answer.at, this.#school())
    const problem = (SAID[reason] ?? '').replace('{at}', at)
    return { status: 403, html: codePage(this.#school(), { code: typed.slice(0, 64), problem }) }
  }

  #known(says: string, canLeave = false): Html {
    return ok(knownPage(this.#school(), says, canLeave))
  }

  #noText(): Html {
    this.#parts.store.count('no_agreement')
    return { status: 503, html: sorryPage(this.#school(), NO_TEXT) }
  }

  #school(): PortalSchool {
    const policy = this.#parts.policy()
    return {
      name: policy?.school.name ?? 'School Wi-Fi',
      ask: policy?.school.ask ?? 'the school office',
      monitoringNotice: policy?.school.monitoringNotice ?? '',
      timeZone: policy?.time.timezone ?? 'Europe/London',
    }
  }
}

type Opening = Extract<CodeAnswer, { ok: true; kind: 'voucher' | 'invitation' }>
type Holder = Pick<DeviceFacts, 'role' | 'phase'>

interface Asked {
  readonly state: FormState
  readonly type: string
  readonly agreement: ShownAgreement | null
  readonly portalUrl: string
}

/** What is signed is what was read. */
function isAsShown(agreement: ShownAgreement | null, state: FormState): boolean {
  if (agreement === null) return state.agreement === null
  const { id, version, text } = agreement
  return state.agreement === id && state.version === version && state.text === sha256(text)
}

function ok(html: string): Html {
  return { status: 200, html }
}

const TOO_MANY = 'There were too many wrong codes. Wait a quarter of an hour.'
const TOO_OLD = 'This page was open for too long, or this device has got another address.'
const NOT_ACCEPTED = 'Tick the box to agree. Without the agreement the device stays offline.'
const CHANGED = 'The agreement has changed while you were reading. Please read it once more.'
const CONSENT = 'A parent must agree first. The school office knows how.'
const NO_TEXT = 'The agreement can’t be shown, so it can’t be signed. The school has been told.'
const UNAVAILABLE = 'This could not be written down just now. Try again in a minute.'

const REFUSED: Readonly<Partial<Record<DeviceFacts['state'], string>>> = {
  lost: 'It is reported lost. Please hand it in at reception.',
  revoked: 'It is no longer allowed on the school network.',
  recalled: 'It is to be given back to the school.',
  disposed: 'It is no longer allowed on the school network.',
  confiscated: 'It is held by the school and may not be used.',
  suspended: 'Its access is suspended for now.',
  quarantine: 'It must be looked at by a technician first.',
}

const SAID: Readonly<Record<string, string>> = {
  wrong_code: 'There is no such code. Look again, or ask for another one.',
  used: 'This code has been used already. It is for one device.',
  not_yet: 'This code begins to count at {at}.',
  over: 'The time of this code was over at {at}.',
  out_of_use: 'The device of this code is out of use. Ask the school office.',
  too_many_devices: 'As many devices as the school allows are registered already.',
  unavailable: UNAVAILABLE,
}
