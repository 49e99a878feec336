import { Button, Group, Modal, MultiSelect, Select, Stack, Text, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { api } from '../api.ts'
import type { AskedGrant, Outcome } from '../types.ts'
import { when } from '../words.ts'
import { Fault } from './sign-in-form.tsx'

interface Props {
  readonly asked: AskedGrant
  readonly onDone: (outcome: Outcome, title: string) => Promise<void>
  readonly onClose: () => void
}

const DAY_MS = 86_400_000
const MIN_LETTERS = 10

/** A yes to less than was asked for: an earlier end, or fewer of the sites. */
export function NarrowDialog({ asked, onDone, onClose }: Props) {
  const { sites, from, to } = asked.grant
  const form = useForm({
    initialValues: { to, sites: [...sites], reason: '' },
    validate: {
      sites: (some) => (sites.length > 0 && some.length === 0 ? 'Leave one at least' : null),
      reason: (text) =>
        text.trim().length < MIN_LETTERS ? `Say why, in ${MIN_LETTERS} letters or more` : null,
    },
  })
  const send = useMutation({
    mutationFn: (values: typeof form.values) =>
      api<Outcome>('POST', `/api/permissions/${asked.id}/narrow`, values),
    onSuccess: async (outcome) => {
      onClose()
      await onDone(outcome, 'Agreed to less')
    },
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title="Agree to less"
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        onSubmit={form.onSubmit((values) => {
          send.mutate(values)
        })}
      >
        <Stack>
          <Text>Only what you leave here is opened. Asked for until {when(to)}.</Text>
          <Select
            label="Until"
            data={endsBetween(from, to)}
            allowDeselect={false}
            {...form.getInputProps('to')}
          />
          {sites.length > 1 && (
            <MultiSelect label="Sites" data={[...sites]} {...form.getInputProps('sites')} />
          )}
          <Textarea
            label="Reason"
            description="Kept in the change log for ever. No pupil’s name, please."
            autosize
            minRows={2}
            required
            {...form.getInputProps('reason')}
          />
          <Fault error={send.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Not now
            </Button>
            <Button type="submit" loading={send.isPending}>
              Agree to this
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** Earlier ends that people think in, the one that was asked for last. */
function endsBetween(from: string, to: string): { value: string; label: string }[] {
  const begin = Date.parse(from)
  const ends = [1, 2, 7, 14, 31, 92]
    .map((days) => new Date(begin + days * DAY_MS).toISOString())
    .filter((end) => end < new Date(to).toISOString())
  return [...ends, to].map((value) => ({ value, label: when(value) }))
}
