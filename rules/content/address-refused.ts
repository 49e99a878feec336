import { findCategory } from '../taxonomy/taxonomy.ts'
import type { Ruling } from '../verdict.ts'

/**
 * The ruling for a name whose address a list closes, made from what the address itself gets: the same
 * category, list and severity, under `address_refused`, so that nobody looks for the name in the list.
 * SEALED keeps its reason and its words, which say nothing of where the content is.
 */
export function addressRefused(ofAddress: Ruling, index: number): Ruling {
  if (ofAddress.reasonCode === 'sealed') return { ...ofAddress, index }
  const category = findCategory(ofAddress.category ?? '')
  const label = category === undefined ? '' : ` (${category.label})`
  return {
    ...ofAddress,
    index,
    reasonCode: 'address_refused',
    ruleId: `address.${ofAddress.category ?? 'unknown'}`,
    cause: `This site is at an address that a list names${label}: not open.`,
  }
}
