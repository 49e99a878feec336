import { Badge, Card, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { read } from '../api.ts'
import { SeverityBadge } from '../parts/badges.tsx'
import { Holds } from '../parts/holds.tsx'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { hasDuty, useMe } from '../session.tsx'
import type { IncidentRow, Incidents as Answer } from '../incident-types.ts'
import { DUTY_NAMES, INCIDENT_NAMES, when } from '../words.ts'

/** What is yours to handle: open ones first, due today on top. */
export function Incidents() {
  const me = useMe()
  const [shown, setShown] = useState('open')
  const query = useQuery({
    queryKey: ['incidents'],
    queryFn: () => read<Answer>('/api/incidents'),
  })
  return (
    <Page
      title="Incidents"
      about="Reported by people or opened from an alert. Nobody sees one that he is part of."
      actions={
        <SegmentedControl
          aria-label="Which incidents"
          data={[
            { value: 'open', label: 'Open' },
            { value: 'closed', label: 'Closed' },
          ]}
          value={shown}
          onChange={setShown}
        />
      }
    >
      <Loaded query={query}>
        {({ mine }) => {
          const rows = mine.filter(({ outcome }) => (outcome === null) === (shown === 'open'))
          return (
            <Stack component="section" aria-label="Incidents">
              {rows.length === 0 && (
                <Nothing>
                  {shown === 'open'
                    ? 'No incident is open. One is opened from an alert, or when somebody reports a worry.'
                    : 'No incident has been closed yet.'}
                </Nothing>
              )}
              {rows.toSorted(pressing).map((incident) => (
                <IncidentCard key={incident.id} incident={incident} />
              ))}
            </Stack>
          )
        }}
      </Loaded>
      {hasDuty(me, 'dsl', 'deputy_dsl', 'head', 'slt') && (
        <Stack component="section" aria-label="Legal holds">
          <Title order={2}>Legal holds</Title>
          <Holds />
        </Stack>
      )}
    </Page>
  )
}

/** Not seen yet and due today before what is in hand. */
function pressing(a: IncidentRow, b: IncidentRow): number {
  return rank(b) - rank(a) || b.openedAt.localeCompare(a.openedAt)
}

function rank({ acknowledgedName, sameDayDue }: IncidentRow): number {
  return (acknowledgedName === null ? 2 : 0) + (sameDayDue ? 1 : 0)
}

function IncidentCard({ incident }: { readonly incident: IncidentRow }) {
  const { id, severity, sameDayDue, outcome, acknowledgedName } = incident
  const names: Readonly<Record<string, string>> = DUTY_NAMES
  const state =
    outcome !== null
      ? 'closed'
      : acknowledgedName === null
        ? 'nobody has seen it yet'
        : `with ${acknowledgedName}`
  return (
    <Card withBorder component="article" padding="sm">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Text fw={600} component={Link} href={`/incidents/${id}`}>
            {INCIDENT_NAMES[incident.class] ?? incident.class}
          </Text>
          <Text className="breakable">{incident.report?.text ?? 'Opened from an alert'}</Text>
          <Text c="dimmed">
            {when(incident.openedAt)}, {names[incident.owner] ?? incident.owner}, {state}
          </Text>
        </div>
        <Group gap="xs" justify="flex-end">
          {sameDayDue && outcome === null && (
            <Badge variant="filled" color="red.9">
              due today
            </Badge>
          )}
          <SeverityBadge severity={severity} />
        </Group>
      </Group>
    </Card>
  )
}
