import { Modal, Text } from '@mantine/core'
import type { SessionState, SignedIn } from '../types.ts'
import { SignInForm } from './sign-in-form.tsx'
import { useState } from 'react'

interface Props {
  readonly me: SignedIn
  /** Null: not locked. */
  readonly reason: 'idle' | 'signed_out' | null
  readonly onState: (state: SessionState) => void
}

/** Asks for the password again, over the page, which stays as it is. */
export function LockDialog({ me, reason, onState }: Props) {
  const [state, setState] = useState<SessionState>({ state: 'signed_out', idle: true })
  const take = (next: SessionState): void => {
    setState(next.state === 'signed_in' ? { state: 'signed_out', idle: true } : next)
    // Somebody else at the same screen starts from the beginning: this page is not his.
    if (next.state === 'signed_in' && next.login !== me.login) window.location.assign('/')
    else if (next.state === 'signed_in') onState(next)
  }
  return (
    <Modal
      opened={reason !== null}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      title="Locked"
      centered
    >
      <Text mb="md">
        {reason === 'idle'
          ? 'Ten minutes without activity. Sign in to go on; what you have typed is still there.'
          : 'Your session has ended. Sign in to go on; what you have typed is still there.'}
      </Text>
      <SignInForm state={state} onState={take} login={me.login} />
    </Modal>
  )
}
