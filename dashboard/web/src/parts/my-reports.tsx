import { Badge, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import type { Incidents } from '../incident-types.ts'
import { INCIDENT_NAMES, when } from '../words.ts'
import { Loaded } from './page.tsx'

/** What somebody has reported: that it was seen and closed, and not what was found. */
export function MyReports() {
  const query = useQuery({
    queryKey: ['incidents'],
    queryFn: () => read<Incidents>('/api/incidents'),
  })
  return (
    <Loaded query={query}>
      {({ reported }) =>
        reported.length === 0 ? null : (
          <Stack component="section" aria-label="What you have reported">
            <Title order={2}>What you have reported</Title>
            {reported.map(({ id, openedAt, class: kind, state }) => (
              <Card key={id} withBorder padding="sm" component="article">
                <Group justify="space-between">
                  <Text>
                    {INCIDENT_NAMES[kind] ?? kind}{' '}
                    <Text span c="dimmed">
                      {when(openedAt)}
                    </Text>
                  </Text>
                  <Badge
                    variant="outline"
                    color="gray"
                    styles={{ label: { color: 'var(--mantine-color-text)' } }}
                  >
                    {STATES[state] ?? state}
                  </Badge>
                </Group>
              </Card>
            ))}
          </Stack>
        )
      }
    </Loaded>
  )
}

const STATES: Readonly<Record<string, string>> = {
  sent: 'Sent',
  seen: 'Seen, and being looked into',
  closed: 'Closed',
}
