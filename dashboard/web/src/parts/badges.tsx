import { Badge } from '@mantine/core'
import { ACTION_NAMES, DIRECTION_NAMES } from '../words.ts'

/** Words first, colour second: who sees no colour misses nothing. */
export function DirectionBadge({ direction }: { readonly direction: string }) {
  const color = direction === 'loosen' ? 'orange' : 'gray'
  return (
    <Badge variant="outline" color={color} autoContrast styles={LABEL}>
      {DIRECTION_NAMES[direction] ?? direction}
    </Badge>
  )
}

export function ActionBadge({ action }: { readonly action: string }) {
  return (
    <Badge variant="outline" color={action === 'block' ? 'red' : 'gray'} styles={LABEL}>
      {ACTION_NAMES[action] ?? action}
    </Badge>
  )
}

export function SeverityBadge({ severity }: { readonly severity: string }) {
  return (
    <Badge
      variant={severity === 'high' ? 'filled' : 'outline'}
      color={severity === 'high' ? 'red.9' : 'gray'}
      styles={severity === 'high' ? undefined : LABEL}
    >
      {severity}
    </Badge>
  )
}

/** Outlined badges take their text from the page: the colours alone are too pale for it (WCAG 1.4.3). */
const LABEL = { root: { flexShrink: 0 }, label: { color: 'var(--mantine-color-text)' } }
