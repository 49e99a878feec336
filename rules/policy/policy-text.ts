import { parse } from 'yaml'

/**
 * A policy that extends a trust's carries it along, so that the ledger, a backup and an export hold the whole:
 *
 *     ...the school's own document...
 *     --- # the parent: trust.yaml
 *     ...the trust's document, as it was when the policy was read...
 */
export interface PolicyTexts {
  readonly own: string
  readonly parent: { readonly name: string; readonly text: string } | null
}

const MARK = /^--- # the parent: (.{1,200})\n/m

export function splitPolicyText(text: string): PolicyTexts {
  const [mark, name] = MARK.exec(text) ?? []
  if (mark === undefined || name === undefined) return { own: text, parent: null }
  const at = text.indexOf(mark)
  return { own: text.slice(0, at), parent: { name, text: text.slice(at + mark.length) } }
}

export function joinPolicyTexts(own: string, parent: { name: string; text: string }): string {
  const end = own.endsWith('\n') ? '' : '\n'
  return `${own}${end}--- # the parent: ${parent.name}\n${parent.text}`
}

/** The file that a policy text names as its parent, and has not brought along; null: none. Never throws. */
export function parentNamedBy(text: string): string | null {
  const { own, parent } = splitPolicyText(text)
  const line = /^extends:.*$/m.exec(own)?.[0]
  if (parent !== null || line === undefined) return null
  try {
    const { extends: named } = parse(line) as { extends: unknown }
    return typeof named === 'string' && named !== '' ? named : null
  } catch {
    return null
  }
}
