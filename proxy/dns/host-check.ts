import { Meter } from '../metrics/meter.ts'
import { addressesIn } from './lookup-host.ts'
import { upstreamsOf } from './open-dns.ts'
import { ownQuery } from './own-query.ts'
import { Upstreams } from './upstreams.ts'
import { RCODE_NOERROR, RCODE_NXDOMAIN, TYPE_A, TYPE_AAAA } from './wire/numbers.ts'
import { PACKED_HEADER_OCTETS, packAnswer } from './wire/packed-answer.ts'
import { u16 } from './wire/question.ts'
import { wireNameLength, wireNameOf } from './wire/names.ts'

/** What the upstreams say of one host, over A and AAAA together. */
export type HostFinding =
  | {
      readonly kind: 'found'
      /** CNAME targets on the way, in wire form; a gate judges each of them, too. */
      readonly targets: readonly Uint8Array[]
    }
  /** The name exists, perhaps for what is below it, and has no address itself. */
  | { readonly kind: 'no_address' }
  | { readonly kind: 'no_such_name' }
  | { readonly kind: 'failed'; readonly why: string }

/** Asks the configured upstreams about hosts, past every cache: what they say now is what is wanted. */
export interface HostCheck {
  readonly find: (host: string) => Promise<HostFinding>
  readonly close: () => void
}

/** Throws for an upstream that the config check should have refused. */
export function openHostCheck(upstreams: readonly string[]): HostCheck {
  const asked = new Upstreams(upstreamsOf({ upstreams }), new Meter())
  return {
    find: async (host) => {
      const findings = await Promise.all(
        [TYPE_A, TYPE_AAAA].map((type) => findType(asked, host, type)),
      )
      return joined(findings)
    },
    close: () => {
      asked.close()
    },
  }
}

/** One of the two is enough; a failure hides what the other did not find. */
function joined(findings: readonly HostFinding[]): HostFinding {
  const best =
    findings.find(({ kind }) => kind === 'found') ?? findings.find(({ kind }) => kind === 'failed')
  return best ?? findings[0] ?? { kind: 'no_such_name' }
}

async function findType(upstreams: Upstreams, host: string, type: number): Promise<HostFinding> {
  const { query, question } = ownQuery(wireNameOf(host), type)
  const forwarded = await upstreams.ask({ bytes: query, questionEnd: question.end })
  if (forwarded.kind !== 'answer') return { kind: 'failed', why: SILENCE[forwarded.kind] }
  const rcode = (forwarded.message[3] ?? 0) & 0x0f
  if (rcode === RCODE_NXDOMAIN) return { kind: 'no_such_name' }
  if (rcode !== RCODE_NOERROR) return { kind: 'failed', why: `the upstream answers rcode ${rcode}` }
  const packed = packAnswer(forwarded.message, question.end)
  if (packed === undefined) return { kind: 'failed', why: 'the upstream answers garbage' }
  const addresses = addressesIn(query, question, { bytes: packed, at: 0 })
  return addresses.length === 0
    ? { kind: 'no_address' }
    : { kind: 'found', targets: targetsOf(packed) }
}

const SILENCE = {
  silent: 'no upstream answered in time',
  unreachable: 'no upstream can be reached',
} as const

function targetsOf(packed: Uint8Array): readonly Uint8Array[] {
  const targets: Uint8Array[] = []
  let at = PACKED_HEADER_OCTETS + 2 * u16(packed, 8)
  const end = at + u16(packed, 10)
  while (at < end) {
    const next = at + wireNameLength(packed, at)
    targets.push(packed.slice(at, next))
    at = next
  }
  return targets
}
