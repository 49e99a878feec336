import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'
import { api, whenLocked } from './api.ts'
import { LockDialog } from './parts/lock-dialog.tsx'
import { SetUp } from './pages/set-up.tsx'
import { SignIn } from './pages/sign-in.tsx'
import { Fault } from './parts/sign-in-form.tsx'
import type { Duty, SessionState, SignedIn } from './types.ts'

const Me = createContext<SignedIn | null>(null)

/** Who is signed in; only inside of `Session`. */
export function useMe(): SignedIn {
  const me = useContext(Me)
  if (me === null) throw new Error('nobody is signed in')
  return me
}

export function hasDuty(me: SignedIn, ...duties: readonly Duty[]): boolean {
  return me.duties.some((duty) => duties.includes(duty))
}

/**
 * The pages for whoever has signed in, else the way there. A session that ends while somebody works lays a
 * dialog over the page and leaves it as it is: nothing that was typed is lost.
 */
export function Session({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient()
  const session = useQuery({
    queryKey: ['session'],
    queryFn: () => api<SessionState>('GET', '/api/session'),
    staleTime: Infinity,
  })
  const [locked, setLocked] = useState<'idle' | 'signed_out' | null>(null)
  useEffect(() => {
    whenLocked(setLocked)
  }, [])
  const take = (state: SessionState): void => {
    client.setQueryData(['session'], state)
    if (state.state !== 'signed_in') return
    setLocked(null)
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
  }
  const state = session.data
  if (state === undefined)
    return session.error === null ? null : (
      <main>
        <Fault error={session.error} />
      </main>
    )
  if (state.state === 'setup') return <SetUp onDone={() => void session.refetch()} />
  if (state.state !== 'signed_in') return <SignIn state={state} onState={take} />
  return (
    <Me value={state}>
      {children}
      <LockDialog me={state} reason={locked} onState={take} />
    </Me>
  )
}
