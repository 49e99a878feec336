import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { api } from '../api.ts'
import { Fault } from './sign-in-form.tsx'

/** Twelve letters or more, typed twice; with an invitation's code. */
export function PasswordChoice({
  url,
  onDone,
}: {
  readonly url: string
  readonly onDone: () => void
}) {
  const form = useForm({
    initialValues: { code: '', password: '', again: '' },
    validate: {
      again: (again, { password }) => (again === password ? null : 'The two are not the same'),
    },
  })
  const send = useMutation({
    mutationFn: ({ code, password }: { code: string; password: string }) =>
      api('POST', url, { code, password }),
    onSuccess: onDone,
  })
  return (
    <form
      onSubmit={form.onSubmit((values) => {
        send.mutate(values)
      })}
    >
      <Stack>
        <TextInput
          label="Invitation code"
          required
          autoComplete="off"
          {...form.getInputProps('code')}
        />
        <PasswordInput
          label="New password"
          description="Twelve letters or more; three words will do"
          autoComplete="new-password"
          required
          {...form.getInputProps('password')}
        />
        <PasswordInput
          label="The same again"
          autoComplete="new-password"
          required
          {...form.getInputProps('again')}
        />
        <Fault error={send.error} />
        <Button type="submit" loading={send.isPending}>
          Keep this password
        </Button>
      </Stack>
    </form>
  )
}
