import { Alert, Button, Card, Group, Select, Text, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { gateNow, read } from '../api.ts'
import type { Occasions } from '../types.ts'
import { choices, clock, EMERGENCY_NAMES } from '../words.ts'
import { Loaded } from './page.tsx'
import { useTap } from './use-tap.tsx'

const MINUTE_MS = 60_000
const REFRESH_MS = 15_000

/** The site emergency: staff's own devices work everywhere until it ends, which it does by itself. */
export function FireDrill() {
  const query = useQuery({
    queryKey: ['occasions'],
    queryFn: () => read<Occasions>('/api/occasions', true),
    refetchInterval: REFRESH_MS,
  })
  return (
    <Loaded query={query}>
      {(data) => (data.emergency === null ? <Begin data={data} /> : <Running data={data} />)}
    </Loaded>
  )
}

function Running({ data }: { readonly data: Occasions }) {
  const tap = useTap('occasions', 'overview')
  const { emergency, headSeq } = data
  if (emergency === null) return null
  const what = EMERGENCY_NAMES[emergency.kind] ?? emergency.kind
  const until = emergency.until === null ? gateNow() : Date.parse(emergency.until)
  return (
    <Alert color="red" variant="light" title={what} role="alert">
      <Group justify="space-between">
        <Text>
          Staff’s own devices work everywhere
          {emergency.until === null ? ', until somebody ends it.' : ` until ${clock(until)}.`}{' '}
          Pupils’ stay as they are.
        </Text>
        <Group gap="xs">
          <Button
            variant="default"
            loading={tap.isPending}
            onClick={() => {
              const after = { ...emergency, until: new Date(until + 15 * MINUTE_MS).toISOString() }
              tap.mutate({
                title: `${what}: 15 minutes more`,
                reason: `${what.toLowerCase()} lasts 15 minutes longer`,
                basedOn: headSeq,
                edit: { kind: 'site_emergency.put', objectId: 'site', after },
              })
            }}
          >
            15 minutes more
          </Button>
          <Button
            color="red.9"
            loading={tap.isPending}
            onClick={() => {
              tap.mutate({
                title: `${what} is over`,
                reason: `${what.toLowerCase()} is over`,
                basedOn: headSeq,
                edit: { kind: 'site_emergency.end', objectId: 'site', after: null },
              })
            }}
          >
            It is over
          </Button>
        </Group>
      </Group>
    </Alert>
  )
}

function Begin({ data }: { readonly data: Occasions }) {
  const tap = useTap('occasions', 'overview')
  const form = useForm({ initialValues: { kind: 'drill', minutes: '30' } })
  return (
    <Card withBorder component="section" aria-label="Fire drill or emergency">
      <form
        onSubmit={form.onSubmit(({ kind, minutes }) => {
          const what = EMERGENCY_NAMES[kind] ?? kind
          const until = new Date(gateNow() + Number(minutes) * MINUTE_MS).toISOString()
          tap.mutate({
            title: what,
            reason: `${what.toLowerCase()} for ${minutes} minutes, from the front desk`,
            basedOn: data.headSeq,
            edit: { kind: 'site_emergency.put', objectId: 'site', after: { kind, until } },
          })
        })}
      >
        <Title order={2}>Fire drill or emergency</Title>
        <Text c="dimmed" mb="sm">
          Staff’s own devices work everywhere at once. It ends by itself.
        </Text>
        <Group align="flex-end">
          <Select
            label="What is it?"
            data={choices(EMERGENCY_NAMES)}
            allowDeselect={false}
            {...form.getInputProps('kind')}
          />
          <Select
            label="For how long?"
            data={[
              { value: '15', label: '15 minutes' },
              { value: '30', label: '30 minutes' },
              { value: '60', label: 'an hour' },
              { value: '240', label: 'four hours' },
            ]}
            allowDeselect={false}
            {...form.getInputProps('minutes')}
          />
          <Button type="submit" color="red.9" loading={tap.isPending}>
            Start now
          </Button>
        </Group>
      </form>
    </Card>
  )
}
