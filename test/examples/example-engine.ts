import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXAMPLES, readListFolder } from './example-lists.ts'
import { Problems } from '../../records/register/csv-table.ts'
import { readDevicesCsv } from '../../records/register/devices-csv.ts'
import { buildPolicyNames, collectPolicyNames } from '../../rules/content/policy-names.ts'
import { Engine } from '../../rules/engine.ts'
import { ImageBuilder } from '../../rules/lists/image-builder.ts'
import type { ImageProblem } from '../../rules/lists/image-format.ts'
import { ListImage } from '../../rules/lists/list-image.ts'
import { NO_PERMISSIONS } from '../../rules/permissions/permissions.ts'
import { parsePolicy } from '../../rules/policy/parse-policy.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import type { DeviceFacts, ZoneFacts } from '../../rules/subject.ts'

const SEED = [0x5c4001, 0x6a7e] as const

/** The policy of `examples/`; throws with its problems. */
export function readExamplePolicy(): Policy {
  const parsed = parsePolicy(readExample('policy.yaml'), 'policy.yaml')
  if (!parsed.ok) throw new Error(`policy.yaml: ${JSON.stringify(parsed.problems)}`)
  return parsed.policy
}

/** The devices of `examples/` by id; throws with the file's problems. */
export function readExampleDevices(): ReadonlyMap<string, DeviceFacts> {
  const table = readDevicesCsv(readExample('devices.csv'), 'devices.csv', null)
  if (table instanceof Problems || table.problems.count > 0)
    throw new Error(`devices.csv: ${JSON.stringify(table)}`)
  return table.rows
}

/** The decision that `npm start` would make, compiled in this thread from the files of `examples/`. */
export function buildExampleEngine(policy: Policy, permissions = NO_PERMISSIONS): Engine {
  const names = collectPolicyNames(policy, permissions)
  return new Engine({
    revision: 1,
    policy,
    permissions,
    lists: opened(compileFolders(policy)),
    names,
    policyImage: opened(buildPolicyNames(names, SEED)),
  })
}

/** Device and zone of an address as gate.yaml's example network says: third number and last number. */
export function whoIsAt(
  ip: string,
  policy: Policy,
  devices: ReadonlyMap<string, DeviceFacts>,
): { device: DeviceFacts | null; zone: ZoneFacts } {
  const network = `${ip.slice(0, ip.lastIndexOf('.'))}.0/24`
  const octet = Number(ip.slice(ip.lastIndexOf('.') + 1))
  const zone =
    policy.zones.find(({ networks }) => networks.includes(network)) ??
    policy.zones.find(({ id }) => id === 'unknown')
  if (zone === undefined) throw new Error('the policy has no zone `unknown`')
  return { device: [...devices.values()].find((d) => d.octet === octet) ?? null, zone }
}

export function readExample(name: string): string {
  return readFileSync(join(EXAMPLES, name), 'utf8')
}

function compileFolders(policy: Policy): SharedArrayBuffer | ImageProblem {
  const builder = new ImageBuilder({ seed: SEED, builtAt: '' })
  for (const source of policy.lists) {
    if (source.kind !== 'folder') throw new Error(`list \`${source.id}\` is no folder of examples/`)
    for (const { id, entries } of readListFolder(source.folder)) {
      const list = builder.addList({
        id: `${source.id}/${id}`,
        name: id,
        category: id,
        source: source.id,
        version: source.version ?? '',
      })
      for (const entry of entries) addEntry(builder, list, entry)
    }
  }
  return builder.finish()
}

function addEntry(builder: ImageBuilder, list: number, entry: string): void {
  const slash = entry.indexOf('/')
  const added =
    slash < 0
      ? builder.addHost(list, 'subtree', entry)
      : builder.addUrl(list, entry.slice(0, slash), entry.slice(slash))
  if (!added) throw new Error(`the image refused \`${entry}\``)
}

function opened(buffer: SharedArrayBuffer | ImageProblem): ListImage {
  const image = buffer instanceof SharedArrayBuffer ? ListImage.open(buffer) : buffer
  if (!(image instanceof ListImage)) throw new Error(image.problem)
  return image
}
