import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../api.ts'
import type { Outcome } from '../types.ts'
import { tellOutcome } from './tell.ts'

interface Tap {
  readonly title: string
  /** Said for whoever taps: what the tap means, in words that the change log keeps. */
  readonly reason: string
  readonly basedOn: number
  readonly edit: object
}

/**
 * One tap, one change: for what has one meaning and takes away, or ends by itself. Nothing looks changed before
 * the ledger has it; what the server says against it stays on the screen until somebody closes it.
 */
export function useTap(...keys: readonly string[]) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ reason, basedOn, edit }: Tap) =>
      api<Outcome>('POST', '/api/changes', { basedOn, reason, edits: [edit] }),
    onSuccess: async (outcome, { title }) => {
      tellOutcome(outcome, title)
      await Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })))
    },
    onError: (error, { title }) => {
      notifications.show({ title, message: error.message, color: 'red', autoClose: false })
    },
  })
}
