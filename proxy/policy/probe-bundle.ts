import { isIP } from 'node:net'
import { ListImage } from '../../rules/lists/list-image.ts'
import { openBundle, type Bundle } from './bundle.ts'

/** A name that is in `support.wellbeing` of every list we know; it must be open wherever a list holds it there. */
const HELP_LINE = 'childline.org.uk'

/** No list and no policy can mean this name (RFC 6761 section 6.4). */
const NOBODYS_NAME = 'schoolgate-probe.invalid'

/**
 * Why a revision must not go into force, judged as a data thread would judge: it opens, it answers for
 * a registered device, a stranger and every zone, and help is open to all of them. Empty when good.
 */
export function probeBundle(bundle: Bundle): readonly string[] {
  try {
    const { engine, subjects } = openBundle(bundle)
    const asked = [
      ...bundle.devices.slice(0, MAX_PROBES).map(({ id }) => ({ device: id })),
      ...bundle.policy.zones.map(({ id }) => ({ address: '192.0.2.1', zone: id })),
    ]
    const problems: string[] = []
    const helps = isHelpLine(bundle.listImage)
    for (const who of asked) {
      const stance = subjects.stanceOf(who, PROBE_TIME)
      if (stance === null) continue
      engine.decideHost(stance, NOBODYS_NAME)
      const help = engine.decideHost(stance, HELP_LINE)
      if (helps && help.action !== 'allow')
        problems.push(`${HELP_LINE} is closed to ${JSON.stringify(who)}`)
    }
    return [...problems, ...addressFaults(bundle.devices)]
  } catch (cause) {
    return [cause instanceof Error ? cause.message : String(cause)]
  }
}

/** Most changes leave the devices as they were: 100,000 of them are looked at once. */
const FAULTS = new WeakMap<Bundle['devices'], readonly string[]>()

function addressFaults(devices: Bundle['devices']): readonly string[] {
  const known = FAULTS.get(devices)
  if (known !== undefined) return known
  const faults = devices.flatMap(({ id, addresses }) =>
    addresses
      .filter((address) => isIP(address) === 0)
      .map((address) => `not an address: ${id}: ${address}`),
  )
  FAULTS.set(devices, faults)
  return faults
}

/** Only SEALED stands above help, so this finds a sealed list that names a help line. */
function isHelpLine(image: SharedArrayBuffer): boolean {
  const lists = ListImage.trust(image)
  if (!(lists instanceof ListImage)) return false
  return lists.holders(HELP_LINE).some(({ list }) => list.category === 'support.wellbeing')
}

/** Ten thousand devices are of a few kinds; a probe is no audit and must not delay a change. */
const MAX_PROBES = 200

/** A school morning; any moment does, because a probe looks for faults and not for an answer. */
const PROBE_TIME = Date.UTC(2026, 10, 24, 10)
