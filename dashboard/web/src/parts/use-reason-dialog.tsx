import { useState, type ReactNode } from 'react'
import { ReasonDialog, type Asked } from './reason-dialog.tsx'

/** A page's one dialog for what changes anything: `openDialog` asks for the reason, `dialog` goes somewhere on the page. */
export function useReasonDialog(): {
  readonly openDialog: (asked: Asked) => void
  readonly dialog: ReactNode
} {
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = (): void => {
    setAsked(null)
  }
  return { openDialog: setAsked, dialog: <ReasonDialog asked={asked} onClose={close} /> }
}
