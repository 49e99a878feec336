import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { Fault } from './sign-in-form.tsx'

/** As the ledger wants it (requirements.md 6.2). */
const MIN_LETTERS = 10

export interface Asked {
  readonly title: string
  /** What will happen, in a sentence. */
  readonly about: ReactNode
  readonly label?: string
  readonly button: string
  readonly color?: string
  /** Rejects with what the server says against it: then the dialog stays, and what was typed with it. */
  readonly run: (reason: string) => Promise<unknown>
}

interface Props {
  /** Null: closed. */
  readonly asked: Asked | null
  readonly onClose: () => void
}

/** Nothing is changed without a reason, and nothing looks changed before the ledger has it. */
export function ReasonDialog({ asked, onClose }: Props) {
  const form = useForm({
    initialValues: { reason: '' },
    validate: {
      reason: (text) =>
        text.trim().length < MIN_LETTERS ? `Say why, in ${MIN_LETTERS} letters or more` : null,
    },
  })
  const send = useMutation({
    mutationFn: ({ reason }: { reason: string }) => asked?.run(reason) ?? Promise.resolve(),
    onSuccess: () => {
      form.reset()
      onClose()
    },
  })
  // What it said stays while it closes: a button without a name is read aloud as one.
  const [shown, setShown] = useState(asked)
  if (asked !== null && asked !== shown) setShown(asked)
  const { reset } = send
  useEffect(() => {
    reset()
  }, [asked, reset])
  return (
    <Modal
      opened={asked !== null}
      onClose={onClose}
      title={shown?.title ?? ''}
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        onSubmit={form.onSubmit((values) => {
          send.mutate(values)
        })}
      >
        <Stack>
          <Text component="div" className="breakable">
            {shown?.about}
          </Text>
          <Textarea
            label={shown?.label ?? 'Reason'}
            description="Kept in the change log for ever. No pupil’s name, please."
            autosize
            minRows={2}
            required
            data-autofocus
            {...form.getInputProps('reason')}
          />
          <Fault error={send.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Not now
            </Button>
            <Button type="submit" color={shown?.color} loading={send.isPending}>
              {shown?.button ?? ''}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
