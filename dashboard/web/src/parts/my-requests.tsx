import { Badge, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import type { MyRequest } from '../teaching-types.ts'
import { REQUEST_STATES, when } from '../words.ts'
import { Loaded } from './page.tsx'

/** What somebody has asked for, with what became of it; nothing where he has asked for nothing. */
export function MyRequests() {
  const query = useQuery({
    queryKey: ['requests'],
    queryFn: () => read<{ requests: readonly MyRequest[] }>('/api/requests'),
  })
  return (
    <Loaded query={query}>
      {({ requests }) =>
        requests.length === 0 ? null : (
          <Stack component="section" aria-label="What you have asked for">
            <Title order={2}>What you have asked for</Title>
            {requests.map((request) => (
              <Card key={request.id} withBorder padding="sm" component="article">
                <Group justify="space-between" align="flex-start">
                  <div>
                    <Text className="breakable">{request.edits.map(wordsOf).join('; ')}</Text>
                    <Text c="dimmed" className="breakable">
                      {when(request.at)}: {request.reason}
                    </Text>
                  </div>
                  <Badge variant="outline" color="gray" styles={LABEL}>
                    {REQUEST_STATES[request.state] ?? request.state}
                    {request.closedName === null ? '' : `, ${request.closedName}`}
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

const LABEL = { label: { color: 'var(--mantine-color-text)' } }

function wordsOf({ kind, objectId, after }: MyRequest['edits'][number]): string {
  const { sites = [], to, class: group } = after ?? {}
  const what = sites.length > 0 ? sites.join(', ') : `${kind.replaceAll(/[._]/g, ' ')} ${objectId}`
  const whom = group === undefined || group === null ? '' : ` for ${group}`
  return `${what}${whom}${to === undefined ? '' : `, until ${when(to)}`}`
}
