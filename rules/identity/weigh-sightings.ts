import {
  MAX_EVIDENCE,
  type Binding,
  type Confidence,
  type Doubt,
  type Evidence,
} from './binding.ts'
import { byAge, byStrength, endOf, isLive } from './evidence-life.ts'
import type { IdentityRegister } from './identity-register.ts'
import { isRandomised, type MacAddress } from './mac-address.ts'
import type { Sighting, SightingSource } from './sighting.ts'

/** What was seen lately, by address and by hardware address. */
export interface SeenLately {
  at(address: string): readonly Sighting[]
  of(mac: MacAddress): readonly Sighting[]
  /** How many addresses a hardware address answers for. */
  addressesOf(mac: MacAddress): number
}

/**
 * A laptop has two families, some prefixes and a week of privacy addresses; hardware with more answers for
 * others: a router, or a server that forwards.
 */
const MAX_ADDRESSES_OF_A_DEVICE = 32

/** These show the very device, each by something that only it has. */
const PROVES_DEVICE: ReadonlySet<SightingSource> = new Set(['agent', 'doh_token', 'portal'])

/** These show the very person, by a password or certificate of theirs. */
const PROVES_PERSON: ReadonlySet<SightingSource> = new Set(['radius', 'portal'])

interface Claim {
  readonly device: string | null
  readonly person: string | null
  readonly confidence: Confidence
  readonly doubt: Doubt | null
  readonly support: readonly Sighting[]
}

/** What is known of an address before anybody is named. */
interface Scene {
  readonly address: string
  readonly register: IdentityRegister
  readonly mac: MacAddress | null
  /** One hardware address for many: it says nothing of any of them. */
  readonly isRouter: boolean
  /** Of this address, strongest first; what an earlier holder of it left is out. */
  readonly here: readonly Sighting[]
  /** Of its hardware elsewhere. */
  readonly elsewhere: readonly Sighting[]
}

/**
 * Who is at an address, from all that is known of it and of its hardware; null where nothing is. Sources
 * outrank each other as `SIGHTING_SOURCES` says: what proves a device beats what makes one likely, and a
 * made-up hardware address is never more than a hint.
 */
export function weighSightings(
  address: string,
  seen: SeenLately,
  { register, now }: { readonly register: IdentityRegister; readonly now: number },
): Binding | null {
  const live = seen.at(address).filter((sighting) => isLive(sighting, now))
  if (live.length === 0) return null
  const mac = hardwareAt(live)
  const isRouter = mac !== null && seen.addressesOf(mac) > MAX_ADDRESSES_OF_A_DEVICE
  const here = live
    .filter((sighting) => sighting.mac === null || sighting.mac === mac)
    .sort(byStrength)
  const elsewhere =
    mac === null || isRouter
      ? []
      : seen
          .of(mac)
          .filter((sighting) => isLive(sighting, now) && !sighting.addresses.includes(address))
          .sort(byStrength)
  const scene: Scene = { address, register, mac, isRouter, here, elsewhere }
  return bindingOf(scene, claimOf(scene))
}

/** The hardware that answered last; null where no source of the address tells. */
export function hardwareAt(live: readonly Sighting[]): MacAddress | null {
  let newest: Sighting | null = null
  for (const sighting of live)
    if (sighting.mac !== null && (newest === null || byAge(sighting, newest) < 0)) newest = sighting
  return newest?.mac ?? null
}

function claimOf(scene: Scene): Claim {
  const crowd = crowdAt(scene)
  if (crowd !== null) return crowd
  const device = provenDevice(scene) ?? likelyDevice(scene)
  const person = personAt(scene)
  if (device !== null) return withPerson(scene, device, person)
  return (
    registeredWith(scene, person) ?? { ...hintAt(scene), ...(person && { person: person.person }) }
  )
}

/** Several who prove themselves from one address: nobody can tell whose the next packet is. */
function crowdAt({ here, register }: Scene): Claim | null {
  const devices = new Map<string, Sighting>()
  const accounts = new Map<string, Sighting>()
  for (const sighting of here) {
    const id = deviceNamedBy(sighting, register)
    if (id !== null) devices.set(id, sighting)
    if (sighting.source === 'proxy_auth') noteAccount(accounts, sighting, register)
  }
  const crowds = [[...devices.values()], [...accounts.values()], signedInTogether(here, register)]
  const support = crowds.find(({ length }) => length >= 2)
  if (support === undefined) return null
  return { device: null, person: null, confidence: 'hint', doubt: 'shared_address', support }
}

/** A classroom's PC sees some pupils in a lesson, one after the other; a server that forwards sees a class. */
const MANY_SIGN_INS = 4
const TOGETHER_MS = 10 * 60_000

/** By whose it is: another gate tells of the same person by reference. */
function noteAccount(
  accounts: Map<string, Sighting>,
  sighting: Sighting,
  register: IdentityRegister,
): void {
  const { account } = sighting
  if (account !== null)
    accounts.set(register.personOfAccount(account) ?? account.toLowerCase(), sighting)
}

/** Those who signed in from here within minutes, if they are too many for one device. */
function signedInTogether(
  here: readonly Sighting[],
  register: IdentityRegister,
): readonly Sighting[] {
  const byAccount = new Map<string, Sighting>()
  for (const sighting of here)
    if (sighting.source === 'sign_in') noteAccount(byAccount, sighting, register)
  const inOrder = [...byAccount.values()].sort(byAge)
  const first = inOrder.findIndex((sighting, at) => {
    const last = inOrder[at + MANY_SIGN_INS - 1]
    return last !== undefined && sighting.at - last.at <= TOGETHER_MS
  })
  return first < 0 ? [] : inOrder.slice(first)
}

/** The registered device that a sighting proves; null where it proves none. */
function deviceNamedBy(sighting: Sighting, register: IdentityRegister): string | null {
  const { source, device, account } = sighting
  if (device !== null && PROVES_DEVICE.has(source)) return register.device(device)?.id ?? null
  return source === 'radius' && account !== null ? register.deviceOfAccount(account) : null
}

interface Named {
  readonly device: string
  readonly confidence: Confidence
  readonly support: readonly Sighting[]
}

/** An 802.1X session is its hardware's, so it counts for each address of that hardware. */
function provenDevice({ here, elsewhere, register }: Scene): Named | null {
  for (const sighting of [...here, ...elsewhere.filter(({ source }) => source === 'radius')]) {
    const device = deviceNamedBy(sighting, register)
    if (device !== null) return { device, confidence: 'proven', support: [sighting] }
  }
  return null
}

/**
 * By hardware: a device that has proven itself at another address of the same hardware (its IPv6 ones),
 * or one that was registered with it, if the hardware address is not made up.
 */
function likelyDevice({ here, elsewhere, register, mac, isRouter }: Scene): Named | null {
  if (mac === null || isRouter) return null
  const support = here.filter((sighting) => sighting.mac === mac)
  for (const sighting of elsewhere) {
    const device = deviceNamedBy(sighting, register)
    if (device !== null) return { device, confidence: 'likely', support: [sighting, ...support] }
  }
  const device = isRandomised(mac) ? null : register.deviceOfMac(mac)
  return device === null ? null : { device, confidence: 'likely', support }
}

interface PersonSeen {
  readonly person: string
  readonly isProven: boolean
  readonly sighting: Sighting
}

/** Whoever signed in last; a proof goes before what is only told. */
function personAt({ here, elsewhere, register, isRouter }: Scene): PersonSeen | null {
  if (isRouter) return null
  const sessions = elsewhere.filter(({ source }) => source === 'radius')
  const seen = [...here, ...sessions].flatMap((sighting): PersonSeen[] => {
    const person = sighting.account === null ? null : register.personOfAccount(sighting.account)
    if (person === null) return []
    return [{ person, isProven: PROVES_PERSON.has(sighting.source), sighting }]
  })
  return seen.sort(provenFirst)[0] ?? null
}

function provenFirst(a: PersonSeen, b: PersonSeen): number {
  return Number(b.isProven) - Number(a.isProven) || byAge(a.sighting, b.sighting)
}

/** A school's device is whoever's signs in; a personal one under somebody else's account is nobody's. */
function withPerson({ register }: Scene, named: Named, seen: PersonSeen | null): Claim {
  const facts = register.device(named.device)
  const owner = facts?.personRef ?? null
  if (seen === null || seen.person === owner) return { ...named, person: owner, doubt: null }
  const support = [...named.support, seen.sighting]
  if (facts?.ownership === 'school') return { ...named, person: seen.person, doubt: null, support }
  if (!seen.isProven) return { ...named, person: owner, doubt: null }
  return { device: null, person: null, confidence: 'hint', doubt: 'other_person', support }
}

/**
 * A made-up hardware address that was registered, with its person's proof beside it: each alone is
 * nothing, both together are that device. Any other hardware may be a second phone of that person, which nobody
 * has registered and signed for; so may what tells no hardware address.
 */
function registeredWith({ register, mac }: Scene, seen: PersonSeen | null): Claim | null {
  if (seen?.isProven !== true) return null
  const { person, sighting } = seen
  const support = [sighting]
  const device = mac === null ? null : register.deviceOfMac(mac)
  if (device !== null && register.device(device)?.personRef === person)
    return { device, person, confidence: 'likely', doubt: null, support }
  const doubt = mac === null ? 'which_device' : 'unknown_hardware'
  return { device: null, person, confidence: 'hint', doubt, support }
}

function hintAt({ here, register, mac, isRouter }: Scene): Claim {
  const device = mac === null || isRouter ? null : register.deviceOfMac(mac)
  return { device, person: null, confidence: 'hint', doubt: doubtAt(), support: here }

  function doubtAt(): Doubt {
    if (here.some(({ source, device: id }) => id !== null && PROVES_DEVICE.has(source)))
      return 'unregistered_device'
    if (isRouter) return 'shared_hardware'
    if (mac === null) return 'which_device'
    return isRandomised(mac) ? 'random_mac' : 'unknown_hardware'
  }
}

function bindingOf(scene: Scene, { support, ...claim }: Claim): Binding {
  const all = [...scene.here, ...scene.elsewhere]
  const placed = placeOf(all, scene.register)
  return {
    address: scene.address,
    ...claim,
    mac: scene.mac,
    ...placed,
    evidence: [...support].sort(byStrength).slice(0, MAX_EVIDENCE).map(evidenceOf),
    since: Math.min(...support.map(({ at }) => at)),
    lastSeen: Math.max(...all.map(({ at }) => at)),
    expires: Math.max(...support.map(endOf)),
  }
}

/** The newest place that means a zone; else the newest that anybody named. */
function placeOf(
  sightings: readonly Sighting[],
  register: IdentityRegister,
): Pick<Binding, 'place' | 'zone'> {
  const places = sightings.filter(({ place }) => place !== null).sort(byAge)
  for (const { source, place } of places) {
    const zone = place === null ? null : register.zoneOf(source, place)
    if (zone !== null) return { place, zone }
  }
  return { place: places[0]?.place ?? null, zone: null }
}

function evidenceOf(sighting: Sighting): Evidence {
  const { source, reporter, at } = sighting
  return { source, reporter, at, until: endOf(sighting) }
}
