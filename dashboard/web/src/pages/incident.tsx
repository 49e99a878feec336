import { Alert, Button, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'wouter'
import { read } from '../api.ts'
import { IncidentSteps } from '../parts/incident-steps.tsx'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { WideTable } from '../parts/wide-table.tsx'
import type { IncidentDetail } from '../incident-types.ts'
import {
  DUTY_NAMES,
  INCIDENT_NAMES,
  OUTCOME_NAMES,
  REFERRAL_NAMES,
  REPORT_REASONS,
  STEP_NAMES,
  SUBJECT_NAMES,
  when,
} from '../words.ts'

/** One incident: what is known, what it stands on, what was done, what is to do. */
export function IncidentPage() {
  const { id } = useParams<{ id: string }>()
  const query = useQuery({
    queryKey: ['incidents', id],
    queryFn: () => read<IncidentDetail>(`/api/incidents/${id}`),
  })
  return (
    <Page
      title={
        query.data === undefined
          ? 'Incident'
          : (INCIDENT_NAMES[query.data.class] ?? query.data.class)
      }
      about="Not a case file: that is kept in the school’s safeguarding system."
      actions={
        <Button component={Link} href="/incidents" variant="default">
          All incidents
        </Button>
      }
    >
      <Loaded query={query}>
        {(incident) => (
          <Stack gap="xl">
            <Facts incident={incident} />
            {incident.outcome === null && <IncidentSteps incident={incident} />}
            <Evidence incident={incident} />
            <Events incident={incident} />
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}

function Facts({ incident }: { readonly incident: IncidentDetail }) {
  return (
    <Stack component="section" aria-label="What is known">
      {incident.report !== null && (
        <Text fz="lg" className="breakable">
          {incident.report.text}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        {factsOf(incident).map(([label, value]) => (
          <div key={label}>
            <Text size="sm" c="dimmed">
              {label}
            </Text>
            <Text className="breakable">{value}</Text>
          </div>
        ))}
      </SimpleGrid>
    </Stack>
  )
}

function factsOf(incident: IncidentDetail): readonly (readonly [string, string])[] {
  const { report, subjectName, subjectKind, owner, informed, outcome } = incident
  const names: Readonly<Record<string, string>> = DUTY_NAMES
  const reasons: Readonly<Record<string, string>> = REPORT_REASONS
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    ['Opened', `${when(incident.openedAt)}, ${incident.openedName}`],
    ['About', subjectName ?? SUBJECT_NAMES[subjectKind] ?? subjectKind],
    ['For', [owner, ...informed].map((duty) => names[duty] ?? duty).join(', ')],
    ['Seen by', incident.acknowledgedName ?? 'nobody yet'],
    ['Why', reasons[report?.why ?? '']],
    ['Site', report?.host],
    ['Class', report?.group],
    ['Ended with', outcome === null ? null : OUTCOME_NAMES[outcome]],
  ]
  return facts.flatMap(([label, value]) =>
    value === null || value === undefined ? [] : [[label, value] as const],
  )
}

function Evidence({
  incident: { evidence, manifestHash, entries },
}: {
  readonly incident: IncidentDetail
}) {
  if (entries === 0)
    return (
      <Stack component="section" aria-label="Evidence">
        <Title order={2}>Evidence</Title>
        <Nothing>It stands on no blocked attempt.</Nothing>
      </Stack>
    )
  return (
    <Stack component="section" aria-label="Evidence">
      <Title order={2}>Evidence</Title>
      {evidence.changed.length === 0 ? (
        <Text c="dimmed" className="breakable">
          {entries} entries, held, and as they were when the incident was opened (SHA-256{' '}
          {manifestHash.slice(0, 12)}…).
        </Text>
      ) : (
        <Alert color="red" role="alert" title="Not as it was">
          {evidence.changed.length} entries are gone or are not what they were when the incident was
          opened.
        </Alert>
      )}
      <WideTable minWidth={640} label="Evidence">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>Where to</Table.Th>
            <Table.Th>Why</Table.Th>
            <Table.Th>Zone</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {evidence.rows.map((row) => (
            <Table.Tr key={row.seq}>
              <Table.Td>{when(row.ts)}</Table.Td>
              <Table.Td>{row.name ?? row.person_ref}</Table.Td>
              <Table.Td className="breakable">
                {row.host}
                {row.search_term !== null && (
                  <Text size="sm">searched for “{row.search_term}”</Text>
                )}
              </Table.Td>
              <Table.Td>{row.category ?? row.reason_code}</Table.Td>
              <Table.Td>{row.zone}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Stack>
  )
}

function Events({ incident: { events } }: { readonly incident: IncidentDetail }) {
  return (
    <Stack component="section" aria-label="What was done">
      <Title order={2}>What was done</Title>
      <Table variant="vertical" layout="fixed">
        <Table.Tbody>
          {events.map(({ ts, kind, name, facts }) => (
            <Table.Tr key={`${ts} ${kind}`}>
              <Table.Th w={150} scope="row">
                {when(ts)}
              </Table.Th>
              <Table.Td className="breakable">
                {name}: {STEP_NAMES[kind] ?? kind}
                {wordsOf(facts)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  )
}

function wordsOf(facts: Readonly<Record<string, unknown>>): string {
  const words = Object.values(facts)
    .map(String)
    .filter((text) => text !== '')
    .map((text) => REFERRAL_NAMES[text] ?? OUTCOME_NAMES[text] ?? text)
  return words.length === 0 ? '' : `: ${words.join(', ')}`
}
