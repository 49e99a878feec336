import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../api.ts'
import type { Outcome } from '../types.ts'
import { tellOutcome } from './tell.ts'
import { useReasonDialog } from './use-reason-dialog.tsx'

interface Change {
  readonly title: string
  /** What will happen, in a sentence. */
  readonly about: string
  readonly color?: string
  /** The entry up to which the page was made. */
  readonly basedOn: number
  /** The desk's edit; made when the reason is known, which some carry. */
  readonly edit: (reason: string) => object
}

/** A page's way to change one thing: asks for the reason, submits, says what became of it, reads `key` again. */
export function useChange(key: string): {
  readonly change: (asked: Change) => void
  readonly dialog: ReactNode
} {
  const client = useQueryClient()
  const { openDialog, dialog } = useReasonDialog()
  const change = ({ title, about, color, basedOn, edit }: Change): void => {
    openDialog({
      ...{ title, about, button: title, color },
      run: async (reason) => {
        const body = { basedOn, reason, edits: [edit(reason)] }
        tellOutcome(await api<Outcome>('POST', '/api/changes', body), title)
        await client.invalidateQueries({ queryKey: [key] })
      },
    })
  }
  return { change, dialog }
}
