import { splitPolicyText } from './policy-text.ts'
import { readYaml, type Path, type Problem, type YamlSource } from './yaml-source.ts'

/** A policy as one document, with what of it is the trust's. */
export interface PolicySource extends YamlSource {
  /** How many entries of a list at the top are the parent's; they come first. */
  readonly inherited: (list: string) => number
}

/**
 * The document of a policy text, with its parent's laid under it: the parent's entries come first in lists, a
 * key of the school's own replaces the parent's of that name in maps, and `floor` is the parent's alone.
 * Problems are told at their place, in whichever of the two files.
 */
export function readPolicySource(text: string, file: string): PolicySource | readonly Problem[] {
  const { own, parent } = splitPolicyText(text)
  const site = readYaml(own, file)
  if (!('value' in site)) return site
  if (!isMap(site.value)) return { ...site, inherited: () => 0 }
  const problems = problemsOfSite(site, site.value, parent !== null)
  if (problems.length > 0) return problems
  if (parent === null) return { ...site, inherited: () => 0 }
  const trust = readYaml(parent.text, parent.name)
  if (!('value' in trust)) return trust
  if (!isMap(trust.value) || 'extends' in trust.value)
    return [trust.problem(['extends'], 'a parent is one document and extends nothing')]
  return new ExtendedPolicy([site, site.value], [trust, trust.value])
}

function problemsOfSite(source: YamlSource, value: Document, hasParent: boolean): Problem[] {
  const named = value['extends']
  if ('floor' in value)
    return [source.problem(['floor'], 'only a parent has a floor; a school extends it')]
  if (hasParent && named === undefined)
    return [source.problem([], '`extends` is missing: the text brings a parent along')]
  if (hasParent || named === undefined) return []
  return [
    source.problem(
      ['extends'],
      `the parent \`${typeof named === 'string' ? named : ''}\` is not there`,
    ),
  ]
}

type Document = Readonly<Record<string, unknown>>

class ExtendedPolicy implements PolicySource {
  readonly value: Document
  readonly #site: readonly [YamlSource, Document]
  readonly #trust: readonly [YamlSource, Document]

  constructor(site: readonly [YamlSource, Document], trust: readonly [YamlSource, Document]) {
    this.#site = site
    this.#trust = trust
    const keys = new Set([...Object.keys(trust[1]), ...Object.keys(site[1])])
    this.value = Object.fromEntries([...keys].map((key) => [key, this.#laid(key)]))
  }

  inherited(list: string): number {
    const own = this.#trust[1][list]
    return Array.isArray(own) ? own.length : 0
  }

  problem(path: Path, message: string): Problem {
    const [key = '', next, ...rest] = path
    const count = this.inherited(String(key))
    if (typeof next === 'number' && count > 0)
      return next < count
        ? this.#trust[0].problem(path, message)
        : this.#site[0].problem([key, next - count, ...rest], message)
    const inTrust = isIn(this.#trust[1], key, next) && !isIn(this.#site[1], key, next)
    return (inTrust ? this.#trust : this.#site)[0].problem(path, message)
  }

  #laid(key: string): unknown {
    const [own, parent] = [this.#site[1][key], this.#trust[1][key]]
    if (own === undefined || parent === undefined) return own ?? parent
    if (Array.isArray(own) && Array.isArray(parent))
      return [...(parent as unknown[]), ...(own as unknown[])]
    return isMap(own) && isMap(parent) ? { ...parent, ...own } : own
  }
}

function isIn(
  document: Document,
  key: string | number,
  next: string | number | undefined,
): boolean {
  const value = document[key]
  if (value === undefined) return false
  return next === undefined || !isMap(value) || Object.hasOwn(value, next)
}

function isMap(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
