import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import { ExamDay } from '../parts/exam-day.tsx'
import { FireDrill } from '../parts/fire-drill.tsx'
import { NewOccasion } from '../parts/new-occasion.tsx'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { useTap } from '../parts/use-tap.tsx'
import type { OccasionRow, Occasions } from '../types.ts'
import { OCCASION_NAMES, when } from '../words.ts'

const REFRESH_MS = 30_000
const QUARTER_MS = 15 * 60_000

/** What is otherwise than usual for a while: begun in one form, extended or ended in one tap. */
export function OccasionsPage() {
  const query = useQuery({
    queryKey: ['occasions'],
    queryFn: () => read<Occasions>('/api/occasions', true),
    refetchInterval: REFRESH_MS,
  })
  return (
    <Page
      title="Occasions"
      about="A transition day, an exam that moves, extra time, a fire drill. Each ends by itself."
    >
      <Loaded query={query}>
        {(data) => (
          <Stack gap="xl">
            <Stack component="section" aria-label="Now and to come">
              <Title order={2}>Now and to come</Title>
              {data.occasions.length === 0 && (
                <Nothing>Everything is as usual. Begin an occasion below.</Nothing>
              )}
              {data.occasions.map((occasion) => (
                <OccasionCard key={occasion.id} occasion={occasion} headSeq={data.headSeq} />
              ))}
            </Stack>
            <NewOccasion data={data} />
            <FireDrill />
            <ExamDay />
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}

function OccasionCard({
  occasion,
  headSeq,
}: {
  readonly occasion: OccasionRow
  readonly headSeq: number
}) {
  const tap = useTap('occasions')
  const { id, ...facts } = occasion
  const name = OCCASION_NAMES[occasion.kind] ?? occasion.kind
  const later = new Date(Date.parse(occasion.to) + QUARTER_MS).toISOString()
  return (
    <Card withBorder padding="sm" component="article">
      <Group justify="space-between">
        <div>
          <Group gap="xs">
            <Text fw={600}>{name}</Text>
            <Badge variant="outline" color="gray" styles={LABEL}>
              until {when(occasion.to)}
            </Badge>
          </Group>
          <Text c="dimmed" className="breakable">
            {wordsOf(occasion)}
          </Text>
        </div>
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            loading={tap.isPending}
            aria-label={`15 minutes more: ${name}, ${id}`}
            onClick={() => {
              tap.mutate({
                title: `${name}: 15 minutes more`,
                reason: `${name.toLowerCase()} lasts 15 minutes longer`,
                basedOn: headSeq,
                edit: { kind: 'occasion.put', objectId: id, after: { ...facts, to: later } },
              })
            }}
          >
            15 minutes more
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            loading={tap.isPending}
            aria-label={`End: ${name}, ${id}`}
            onClick={() => {
              tap.mutate({
                title: `${name} ends`,
                reason: `${name.toLowerCase()} ends before its time`,
                basedOn: headSeq,
                edit: { kind: 'occasion.end', objectId: id, after: null },
              })
            }}
          >
            End now
          </Button>
        </Group>
      </Group>
    </Card>
  )
}

const LABEL = { label: { color: 'var(--mantine-color-text)' } }

function wordsOf({ from, zones, persons, devices, years, profile }: OccasionRow): string {
  return [
    `from ${when(from)}`,
    ...(zones.length === 0 ? [] : [`in ${zones.join(', ').replaceAll('_', ' ')}`]),
    ...years.map((year) => `Year ${year}`),
    ...(persons.length === 0 ? [] : [`${persons.length} people by name`]),
    ...(devices.length === 0 ? [] : [`${devices.length} devices`]),
    ...(profile === null ? [] : [`as ${profile}`]),
  ].join(', ')
}
