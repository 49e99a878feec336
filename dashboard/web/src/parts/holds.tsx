import { Button, Card, Group, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import type { HoldRow, Holds as Answer } from '../incident-types.ts'
import { when } from '../words.ts'
import { Loaded, Nothing } from './page.tsx'
import { PersonSelect } from './person-select.tsx'
import { useChange } from './use-change.tsx'

/** What stays whatever its age: placed for a person here, for an incident by itself. */
export function Holds() {
  const query = useQuery({ queryKey: ['holds'], queryFn: () => read<Answer>('/api/holds') })
  const { change, dialog } = useChange('holds')
  const release = (hold: HoldRow, basedOn: number): void => {
    change({
      ...{ title: 'Let it go', color: 'red', basedOn },
      about: `${wordsOf(hold)}. From then on its age decides what is kept.`,
      edit: () => ({ kind: 'hold.release', objectId: hold.id, after: null }),
    })
  }
  return (
    <Loaded query={query}>
      {({ holds, headSeq }) => (
        <Stack>
          {holds.every(({ released }) => released !== null) && (
            <Nothing>Nothing is held: blocked attempts go when their time is over.</Nothing>
          )}
          {holds
            .filter(({ released }) => released === null)
            .map((hold) => (
              <Card key={hold.id} withBorder padding="sm" component="article">
                <Group justify="space-between">
                  <div>
                    <Text className="breakable">{wordsOf(hold)}</Text>
                    <Text c="dimmed" className="breakable">
                      {hold.placedName}, {when(hold.placed.at)}: {hold.placed.reason}
                    </Text>
                  </div>
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={`Let go of hold ${hold.id}`}
                    onClick={() => {
                      release(hold, headSeq)
                    }}
                  >
                    Let go
                  </Button>
                </Group>
              </Card>
            ))}
          <Place number={holds.length + 1} headSeq={headSeq} onPlace={change} />
          {dialog}
        </Stack>
      )}
    </Loaded>
  )
}

interface PlaceProps {
  readonly number: number
  readonly headSeq: number
  readonly onPlace: ReturnType<typeof useChange>['change']
}

function Place({ number, headSeq, onPlace }: PlaceProps) {
  const form = useForm({
    initialValues: { persons: [] as string[] },
    validate: { persons: (refs) => (refs.length === 0 ? 'Whose attempts are to stay?' : null) },
  })
  return (
    <Card withBorder>
      <form
        onSubmit={form.onSubmit(({ persons: [person = null] }) => {
          const none = { gate: null, first: null, last: null, from: null, to: null }
          const after = { ...none, person, incident: null, until: null }
          onPlace({
            ...{ title: 'Hold', basedOn: headSeq },
            about:
              'Everything that the journal has of this person stays until somebody lets it go.',
            edit: () => ({ kind: 'hold.put', objectId: String(number), after }),
          })
        })}
      >
        <Group align="flex-end">
          <div style={{ flex: '1 1 240px', maxWidth: 420 }}>
            <PersonSelect
              label="Keep what is recorded of"
              max={1}
              {...form.getInputProps('persons')}
            />
          </div>
          <Button type="submit">Hold</Button>
        </Group>
      </form>
    </Card>
  )
}

function wordsOf({ id, person, name, first, last, from, to, incident }: HoldRow): string {
  const entries = first === null ? null : `entries ${first} to ${last ?? 'the last'}`
  const times = from === null ? null : `from ${when(from)} to ${when(to)}`
  const what = [name ?? person, entries, times, incident === null ? null : `incident ${incident}`]
  return `Hold ${id}: ${what.filter((part) => part !== null).join(', ')}`
}
