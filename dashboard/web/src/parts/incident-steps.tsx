import { Button, Card, Group, Select, Stack, Text, Textarea, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../api.ts'
import type { IncidentDetail } from '../incident-types.ts'
import { choices, OUTCOME_NAMES, REFERRAL_NAMES } from '../words.ts'
import { Fault } from './sign-in-form.tsx'

interface Step {
  readonly step: string
  readonly text: string
  readonly target?: string | undefined
  readonly outcome?: string | undefined
}

/** What may be done next: seen, noted, referred, a parent told, closed. Nothing shows before it is written. */
export function IncidentSteps({ incident }: { readonly incident: IncidentDetail }) {
  const client = useQueryClient()
  const url = `/api/incidents/${incident.id}`
  const take = useMutation({
    mutationFn: (step: Step) => api('POST', `${url}/steps`, step),
    onSuccess: async () => {
      form.reset()
      await client.invalidateQueries({ queryKey: ['incidents'] })
    },
  })
  const handOver = useMutation({
    mutationFn: () =>
      api<{ json: string; text: string }>('POST', `${url}/hand-over`, { reference: '' }),
    onSuccess: async ({ json, text }) => {
      save(`incident-${incident.id}.json`, json)
      save(`incident-${incident.id}.txt`, text)
      await client.invalidateQueries({ queryKey: ['incidents'] })
    },
  })
  const form = useForm({
    initialValues: {
      step: 'act',
      text: '',
      target: null as string | null,
      outcome: null as string | null,
    },
    validate: {
      target: (target, { step }) => (step === 'refer' && target === null ? 'To whom?' : null),
      outcome: (outcome, { step }) => (step === 'close' && outcome === null ? 'How?' : null),
    },
  })
  const { step } = form.values
  if (incident.acknowledgedName === null)
    return (
      <Unseen
        error={take.error}
        isPending={take.isPending}
        onSeen={() => {
          take.mutate({ step: 'acknowledge', text: '' })
        }}
      />
    )
  return (
    <Card withBorder component="section" aria-label="Next">
      <form
        onSubmit={form.onSubmit(({ target, outcome, ...rest }) => {
          take.mutate({
            ...rest,
            ...(rest.step === 'refer' && target !== null && { target }),
            ...(rest.step === 'close' && outcome !== null && { outcome }),
          })
        })}
      >
        <Stack>
          <Title order={2}>Write down the next step</Title>
          <Group align="flex-end">
            <Select
              label="Step"
              data={STEPS}
              allowDeselect={false}
              {...form.getInputProps('step')}
            />
            {step === 'refer' && (
              <Select
                label="To whom"
                description={suggestionOf(incident)}
                data={choices(REFERRAL_NAMES)}
                {...form.getInputProps('target')}
              />
            )}
            {step === 'close' && (
              <Select
                label="How it ended"
                data={choices(OUTCOME_NAMES)}
                {...form.getInputProps('outcome')}
              />
            )}
          </Group>
          <Textarea
            label={LABELS[step] ?? 'What was done'}
            description="No content, no picture, no link. The case file is elsewhere."
            autosize
            minRows={2}
            {...form.getInputProps('text')}
          />
          <Fault error={take.error ?? handOver.error} />
          <Group justify="space-between">
            <Button type="submit" loading={take.isPending}>
              Write it down
            </Button>
            <Button
              variant="default"
              loading={handOver.isPending}
              onClick={() => {
                handOver.mutate()
              }}
            >
              Files for the safeguarding system
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  )
}

interface UnseenProps {
  readonly error: Error | null
  readonly isPending: boolean
  readonly onSeen: () => void
}

function Unseen({ error, isPending, onSeen }: UnseenProps) {
  return (
    <Card withBorder component="section" aria-label="Next">
      <Group justify="space-between">
        <Text>Nobody has seen it yet. Whoever acknowledges it sees to it.</Text>
        <Button loading={isPending} onClick={onSeen}>
          Acknowledge
        </Button>
      </Group>
      <Fault error={error} />
    </Card>
  )
}

const STEPS = [
  { value: 'act', label: 'Something was done' },
  { value: 'refer', label: 'It was referred' },
  { value: 'parent', label: 'A parent was told, or why not' },
  { value: 'close', label: 'It is closed' },
]

const LABELS: Readonly<Record<string, string>> = {
  act: 'What was done',
  refer: 'Their reference, where there is one',
  parent: 'How, or why not',
  close: 'What was learnt',
}

function suggestionOf({ suggested }: IncidentDetail): string | undefined {
  if (suggested.length === 0) return undefined
  return `Usual here: ${suggested.map((one) => REFERRAL_NAMES[one] ?? one).join(', ')}`
}

/** A file that the browser saves; nothing of it stays in the page. */
function save(name: string, text: string): void {
  const link = document.createElement('a')
  const url = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }))
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
