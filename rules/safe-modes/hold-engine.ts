import type { ProfilePolicy } from '../policy/policy.ts'
import type { Engine } from './engines.ts'

/** How far an engine's results are held back; only videos know more than one level. */
export type SafeLevel = 'moderate' | 'strict'

/**
 * What a profile makes of an engine. `at`: it is reached at `host` instead. `safe`: what it shows is
 * harmless as it is. `unheld`: no host of its maker does that. `free`: the policy leaves it alone.
 */
export type Hold =
  | { readonly kind: 'at'; readonly host: string; readonly level: SafeLevel }
  | { readonly kind: 'safe' }
  | { readonly kind: 'unheld' }
  | { readonly kind: 'free' }

const SAFE: Hold = { kind: 'safe' }
const UNHELD: Hold = { kind: 'unheld' }
const FREE: Hold = { kind: 'free' }

export function holdEngine(
  { mode }: Engine,
  { safeSearch, youtube }: Pick<ProfilePolicy, 'safeSearch' | 'youtube'>,
): Hold {
  switch (mode.kind) {
    case 'host':
      return safeSearch ? { kind: 'at', host: mode.host, level: 'strict' } : FREE
    case 'levels': {
      if (youtube === 'off') return FREE
      const host = mode[youtube]
      return host === null ? SAFE : { kind: 'at', host, level: youtube }
    }
    case 'always':
      return SAFE
    case 'none':
      return UNHELD
  }
}
