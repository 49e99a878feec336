import { notifications } from '@mantine/notifications'
import type { Outcome } from '../types.ts'

/** Says what became of a change: in force, or waiting for whom. */
export function tellOutcome(outcome: Outcome, what: string): void {
  notifications.show(
    outcome.kind === 'applied'
      ? { title: what, message: 'In force now. It is in the change log.', color: 'teal' }
      : { title: what, message: 'It waits for a second person to agree.', color: 'yellow' },
  )
}
