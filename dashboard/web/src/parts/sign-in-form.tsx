import { Alert, Anchor, Button, Code, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import type { SessionState } from '../types.ts'

interface Props {
  readonly state: SessionState
  readonly onState: (state: SessionState) => void
  readonly login?: string
}

/** Password, then the second factor as far as the account has come. */
export function SignInForm({ state, onState, login = '' }: Props) {
  if (state.state === 'code') return <CodeForm url="/api/session/totp" onState={onState} />
  if (state.state === 'enrol') return <EnrolForm onState={onState} />
  return <PasswordForm login={login} onState={onState} />
}

function PasswordForm({ login, onState }: Required<Omit<Props, 'state'>>) {
  const form = useForm({ initialValues: { login, password: '' } })
  const signIn = useMutation({
    mutationFn: (values: typeof form.values) => api<SessionState>('POST', '/api/session', values),
    onSuccess: onState,
    onError: () => {
      form.setFieldValue('password', '')
    },
  })
  return (
    <form
      onSubmit={form.onSubmit((values) => {
        signIn.mutate(values)
      })}
    >
      <Stack>
        <TextInput label="Name" autoComplete="username" required {...form.getInputProps('login')} />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          {...form.getInputProps('password')}
        />
        <Fault error={signIn.error} />
        <Button type="submit" loading={signIn.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  )
}

function CodeForm({ url, onState }: { readonly url: string; readonly onState: Props['onState'] }) {
  const form = useForm({ initialValues: { code: '' } })
  const send = useMutation({
    mutationFn: ({ code }: { code: string }) =>
      api<SessionState>('POST', url, { code: code.replaceAll(' ', '') }),
    onSuccess: onState,
  })
  return (
    <form
      onSubmit={form.onSubmit((values) => {
        send.mutate(values)
      })}
    >
      <Stack>
        <TextInput
          label="Code of your authenticator app"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          required
          data-autofocus
          {...form.getInputProps('code')}
        />
        <Fault error={send.error} />
        <Button type="submit" loading={send.isPending}>
          Go on
        </Button>
      </Stack>
    </form>
  )
}

function EnrolForm({ onState }: { readonly onState: Props['onState'] }) {
  const secret = useQuery({
    queryKey: ['enrol'],
    queryFn: () => api<{ secret: string; uri: string }>('POST', '/api/session/totp/enrol'),
    staleTime: Infinity,
    gcTime: 0,
  })
  if (secret.data === undefined) return <Fault error={secret.error} />
  const { secret: text, uri } = secret.data
  return (
    <Stack>
      <Text>
        Your duties need a second factor. Add this key to an authenticator app, then type the code
        that it shows.
      </Text>
      <Code block className="breakable" aria-label="Key for the authenticator app">
        {text.match(/.{4}/g)?.join(' ') ?? text}
      </Code>
      <Anchor href={uri} size="sm">
        Open in an app on this device
      </Anchor>
      <CodeForm url="/api/session/totp/confirm" onState={onState} />
    </Stack>
  )
}

/** What went wrong, in the server's words. */
export function Fault({ error }: { readonly error: Error | null }) {
  if (error === null) return null
  return (
    <Alert color="red" variant="light" role="alert" className="breakable">
      {error.message}
    </Alert>
  )
}
