import type { Bundle } from '../../proxy/policy/bundle.ts'
import { buildPolicyNames, collectPolicyNames } from '../../rules/content/policy-names.ts'
import { NO_PERMISSIONS } from '../../rules/permissions/permissions.ts'
import { ImageBuilder } from '../../rules/lists/image-builder.ts'
import { readExamplePolicy } from '../examples/example-engine.ts'

const SEED = [3, 4] as const

/** When the lists of the bundle were built, epoch ms. */
export const BUILT_AT = Date.parse('2026-11-20T06:00:00Z')

/** A host in a list of a category. */
export type ListLine = readonly [list: string, category: string, host: string]

/** The example policy over these lists, compiled in this thread; no devices but for what a test says. */
export function bundleOf(lines: readonly ListLine[], more: Partial<Bundle> = {}): Bundle {
  const policy = readExamplePolicy()
  const builder = new ImageBuilder({ seed: SEED, builtAt: new Date(BUILT_AT).toISOString() })
  for (const [id, category, host] of lines) {
    const name = `${id}/${category}`
    const list = builder.addList({ id, name, category, source: 'test', version: '1' })
    builder.addHost(list, 'subtree', host)
  }
  const listImage = builder.finish()
  const policyImage = buildPolicyNames(collectPolicyNames(policy), SEED)
  if ('problem' in listImage || 'problem' in policyImage) throw new Error('no image')
  const images = { listImage, policyImage }
  const people = { permissions: NO_PERMISSIONS, devices: [], stranger: null, sealed: null }
  return { revision: 5, policy, ...people, ...images, ...more }
}
