import {
  Button,
  Center,
  Paper,
  PasswordInput,
  Select,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api.ts'
import { Fault } from '../parts/sign-in-form.tsx'

interface People {
  readonly people: readonly { readonly ref: string; readonly name: string | null }[]
  readonly needsHead: boolean
}

/** The first account of a gate. */
export function SetUp({ onDone }: { readonly onDone: () => void }) {
  const [known, setKnown] = useState<(People & { code: string }) | null>(null)
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" w="100%" maw={440}>
        <Stack>
          <div>
            <Title order={1}>Set up Schoolgate</Title>
            <Text c="dimmed">
              Nobody has an account yet. The gate printed a setup code when it started; it is also
              in the file <code>setup-code</code> beside its records.
            </Text>
          </div>
          {known === null ? (
            <CodeStep onKnown={setKnown} />
          ) : (
            <AccountStep known={known} onDone={onDone} />
          )}
        </Stack>
      </Paper>
    </Center>
  )
}

function CodeStep({ onKnown }: { readonly onKnown: (known: People & { code: string }) => void }) {
  const form = useForm({ initialValues: { code: '' } })
  const ask = useMutation({
    mutationFn: (values: { code: string }) => api<People>('POST', '/api/setup/people', values),
    onSuccess: (people, { code }) => {
      onKnown({ ...people, code })
    },
  })
  return (
    <form
      onSubmit={form.onSubmit((values) => {
        ask.mutate(values)
      })}
    >
      <Stack>
        <TextInput label="Setup code" required autoComplete="off" {...form.getInputProps('code')} />
        <Fault error={ask.error} />
        <Button type="submit" loading={ask.isPending}>
          Go on
        </Button>
      </Stack>
    </form>
  )
}

function AccountStep({
  known,
  onDone,
}: {
  readonly known: People & { code: string }
  readonly onDone: () => void
}) {
  const form = useForm({
    initialValues: {
      personRef: null as string | null,
      head: null as string | null,
      login: '',
      password: '',
    },
    validate: {
      personRef: (ref) => (ref === null ? 'Say who you are' : null),
      head: (ref) => (known.needsHead && ref === null ? 'Name the head' : null),
    },
  })
  const send = useMutation({
    mutationFn: (values: typeof form.values) =>
      api('POST', '/api/setup', { ...values, code: known.code }),
    onSuccess: onDone,
  })
  const people = known.people.map(({ ref, name }) => ({ value: ref, label: name ?? ref }))
  return (
    <form
      onSubmit={form.onSubmit((values) => {
        send.mutate(values)
      })}
    >
      <Stack>
        <Select
          label="You are"
          description={known.needsHead ? 'You become network manager' : undefined}
          data={people}
          searchable
          {...form.getInputProps('personRef')}
        />
        {known.needsHead && (
          <Select
            label="The head is"
            description="The head appoints everybody else, the safeguarding lead first"
            data={people}
            searchable
            {...form.getInputProps('head')}
          />
        )}
        <TextInput
          label="Name to sign in with"
          required
          autoComplete="username"
          {...form.getInputProps('login')}
        />
        <PasswordInput
          label="Password"
          description="Twelve letters or more; three words will do"
          required
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <Fault error={send.error} />
        <Button type="submit" loading={send.isPending}>
          Make the account
        </Button>
      </Stack>
    </form>
  )
}
