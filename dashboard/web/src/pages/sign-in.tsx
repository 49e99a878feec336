import { Anchor, Center, Paper, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { Fault, SignInForm } from '../parts/sign-in-form.tsx'
import { PasswordChoice } from '../parts/password-choice.tsx'
import type { SessionState } from '../types.ts'

interface Props {
  readonly state: SessionState
  readonly onState: (state: SessionState) => void
}

export function SignIn({ state, onState }: Props) {
  const [invited, setInvited] = useState(false)
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" w="100%" maw={400}>
        <Stack>
          <div>
            <Title order={1}>Schoolgate</Title>
            <Text c="dimmed">{invited ? 'Choose a password' : 'Sign in'}</Text>
          </div>
          {'idle' in state && state.idle && (
            <Fault error={new Error('Locked after ten minutes without activity.')} />
          )}
          {invited ? (
            <PasswordChoice
              url="/api/invitation"
              onDone={() => {
                setInvited(false)
              }}
            />
          ) : (
            <SignInForm state={state} onState={onState} />
          )}
          <Anchor
            component="button"
            type="button"
            size="sm"
            ta="left"
            onClick={() => {
              setInvited(!invited)
            }}
          >
            {invited ? 'Back to sign in' : 'I have an invitation code'}
          </Anchor>
        </Stack>
      </Paper>
    </Center>
  )
}
