import { basename, dirname, resolve } from 'node:path'
import { joinPolicyTexts, parentNamedBy, splitPolicyText } from '../../rules/policy/policy-text.ts'
import { MAX_DOCUMENT_OCTETS, readYaml, type Problem } from '../../rules/policy/yaml-source.ts'
import { readText } from './read-text.ts'

/** Given the parent in the file, the one to take: the same, or another for now. */
export type ChooseParent = (offered: ParentText) => ParentText

export interface ParentText {
  readonly name: string
  readonly text: string
}

/** A policy file's text with its parent's behind it, where it extends one; or why it can't be had. */
export function readPolicyFile(
  path: string,
  choose: ChooseParent = (offered) => offered,
): { readonly text: string } | Problem {
  const own = readText(path, MAX_DOCUMENT_OCTETS)
  if (!('text' in own)) return own
  return withParent(own.text, path, choose)
}

/** As `readPolicyFile`, for a text that was read already. */
export function withParent(
  text: string,
  path: string,
  choose: ChooseParent = (offered) => offered,
): { readonly text: string } | Problem {
  const parent = parentPathOf(text, path)
  if (parent === null) return { text }
  const read = readText(parent, MAX_DOCUMENT_OCTETS)
  if ('text' in read && splitPolicyText(read.text).parent === null)
    return { text: joinPolicyTexts(text, choose({ name: basename(parent), text: read.text })) }
  const message = `the parent \`${parent}\` ${'text' in read ? 'brings a parent of its own along' : read.message}`
  const source = readYaml(text, path)
  return 'value' in source
    ? source.problem(['extends'], message)
    : { file: path, line: 1, col: 1, path: 'extends', message }
}

/** The parent's file of the policy at a path, to be watched; null where there is none. */
export function parentOfPolicy(path: string): string | null {
  const own = readText(path, MAX_DOCUMENT_OCTETS)
  return 'text' in own ? parentPathOf(own.text, path) : null
}

/** Beside the policy's own file. */
function parentPathOf(text: string, path: string): string | null {
  const named = parentNamedBy(text)
  return named === null ? null : resolve(dirname(path), named)
}
