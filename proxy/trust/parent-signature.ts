import { createPublicKey, sign, type KeyObject } from 'node:crypto'
import { resolve } from 'node:path'
import { isSigned, readPublicKeys } from '../../records/ledger/checkpoint-key.ts'
import { splitPolicyText } from '../../rules/policy/policy-text.ts'
import type { Config } from '../config.ts'

const SIGNATURE = /^# signature ([0-9a-f]{64}) ([0-9a-f]{128})\n?$/m

/** A trust's policy with its signature, a comment, as its last line; one that is there is replaced. */
export function signParent(text: string, secret: KeyObject): string {
  const bare = text.replace(SIGNATURE, '')
  const signed = bare === '' || bare.endsWith('\n') ? bare : `${bare}\n`
  const { x = '' } = createPublicKey(secret).export({ format: 'jwk' })
  const signer = Buffer.from(x, 'base64url').toString('hex')
  const signature = sign(null, Buffer.from(signed), secret).toString('hex')
  return `${signed}# signature ${signer} ${signature}\n`
}

/**
 * Why a policy must not be taken over: where the configuration names the trust's signers (`trust.signers`) it
 * extends a parent, and the parent is just what one of them signed. Null where all is well, or nobody is named.
 */
export function parentProblem(
  policyText: string,
  { trust }: Config,
  directory: string,
): string | null {
  if (trust.signers === null) return null
  const { parent } = splitPolicyText(policyText)
  if (parent === null) return 'the policy extends no parent, and `trust.signers` asks for one'
  const [line, signer = '', signature = ''] = SIGNATURE.exec(parent.text) ?? []
  if (line === undefined || !parent.text.endsWith(line))
    return `the parent \`${parent.name}\` is not signed`
  const key = keysAt(resolve(directory, trust.signers))
  if (typeof key === 'string') return key
  const known = key.get(signer)
  if (known === undefined)
    return `the parent \`${parent.name}\` is signed by nobody this gate knows`
  const signed = parent.text.slice(0, -line.length)
  return isSigned(signed, signature, known)
    ? null
    : `the parent \`${parent.name}\` is not what was signed`
}

function keysAt(path: string) {
  try {
    const keys = readPublicKeys(path)
    return keys.size > 0 ? keys : `no public keys of signers at \`${path}\``
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}
