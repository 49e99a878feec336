import { createPrivateKey } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { signParent } from '../proxy/trust/parent-signature.ts'
import { EXIT, readArguments, textOf, usage } from './arguments.ts'

const USAGE = 'usage: schoolgate trust sign --key SIGNER.key FILE   (keys as of `lists keys`)'

/** Signs a trust's policy in its file, so that its schools believe it (`trust.signers`). */
export function trust(args: readonly string[]): Promise<number> {
  return Promise.resolve(signFile(args))
}

function signFile([command, ...rest]: readonly string[]): number {
  if (command !== 'sign') return usage(USAGE)
  const parsed = readArguments(rest, { key: { type: 'string' } })
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  const [file, ...more] = parsed.positionals
  const key = textOf(parsed, 'key')
  if (file === undefined || key === undefined || more.length > 0) return usage(USAGE)
  try {
    const secret = createPrivateKey(readFileSync(key))
    writeFileSync(file, signParent(readFileSync(file, 'utf8'), secret), { flush: true })
  } catch (cause) {
    process.stderr.write(`schoolgate: not signed: ${cause instanceof Error ? cause.message : ''}\n`)
    return EXIT.no
  }
  process.stdout.write(`${file}: signed\n`)
  return EXIT.done
}
