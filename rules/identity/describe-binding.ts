import { deviceInForce, type Binding, type Doubt, type Evidence } from './binding.ts'
import type { SightingSource } from './sighting.ts'

const DOUBTS: Readonly<Record<Doubt, string>> = {
  random_mac:
    'its hardware address is made up and identifies nobody; the agent or the portal would, or 802.1X if it was registered with that address',
  unknown_hardware: 'no registered device of whoever uses it has its hardware address',
  unregistered_device: 'its key or token is of a device that is not registered',
  which_device: 'which of the registered devices it is, nothing tells',
  other_person: "somebody else's account is in use on a personal device",
  shared_address: 'several devices or people speak from this address',
  shared_hardware: 'its hardware answers for so many addresses that it is a router',
}

const SOURCES: Readonly<Record<SightingSource, string>> = {
  agent: "the device's own key",
  doh_token: "the device's own DoH address",
  radius: '802.1X',
  portal: 'sign-in at the portal',
  proxy_auth: 'sign-in at the proxy',
  sign_in: 'sign-in at a domain',
  relay: 'a trusted relay',
  dhcp: 'a DHCP lease',
  neighbour: 'the neighbour table',
  controller: "the network's controller",
}

/** Who is at an address and how certain that is, in a sentence without its full stop. */
export function describeBinding(binding: Binding): string {
  const device = deviceInForce(binding)
  const evidence = binding.evidence.map(describeEvidence).join(', ')
  const by = evidence === '' ? '' : ` by ${evidence}`
  if (device !== null) return `${device} (${binding.confidence}${by})`
  const doubt = binding.doubt === null ? 'nothing names a device' : DOUBTS[binding.doubt]
  return `an unregistered device: ${doubt} (known${by || ' by nothing'})`
}

function describeEvidence({ source, reporter }: Evidence): string {
  const name = SOURCES[source]
  return reporter === '' ? name : `${name} (${reporter})`
}
