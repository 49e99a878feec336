import { Alert, Card, Group, List, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { read } from '../api.ts'
import { Loaded, Page } from '../parts/page.tsx'
import type { Overview } from '../types.ts'
import { count, when } from '../words.ts'

export function OverviewPage() {
  const overview = useQuery({
    queryKey: ['overview'],
    queryFn: () => read<Overview>('/api/overview', true),
  })
  return (
    <Page title="Overview" about="What the gate does now, and what waits for somebody.">
      <Loaded query={overview}>{(data) => <Body overview={data} />}</Loaded>
    </Page>
  )
}

function Body({ overview }: { readonly overview: Overview }) {
  const { gate, emergency, mine, waiting, unreviewed, devices, revision } = overview
  return (
    <Stack gap="lg">
      {emergency !== null && (
        <Alert color="red" title="Site emergency" role="alert">
          {emergency.kind}, until {when(emergency.until)}
        </Alert>
      )}
      {gate === null && (
        <Alert color="red" title="The gate does not answer" role="alert">
          This dashboard cannot reach the gate’s status. The gate may filter on all the same: see
          its log.
        </Alert>
      )}
      {gate !== null && gate.degraded.length > 0 && (
        <Alert color="yellow" title="The gate filters, and needs somebody">
          <List>
            {gate.degraded.map((text) => (
              <List.Item key={text} className="breakable">
                {text}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Fact label="For you" value={mine} to="/changes" />
        <Fact label="Waiting for a second person" value={waiting} to="/changes" />
        <Fact label="Not reviewed" value={unreviewed} to="/log" />
        <Fact label="Devices" value={devices} to="/devices" />
      </SimpleGrid>
      {gate !== null && Object.keys(gate.metrics).length > 0 && <Traffic metrics={gate.metrics} />}
      <Text c="dimmed" size="sm">
        Policy revision {revision}
        {gate?.ready === true ? ', the gate is ready' : ''}
      </Text>
    </Stack>
  )
}

function Fact({
  label,
  value,
  to,
}: {
  readonly label: string
  readonly value: number
  readonly to: string
}) {
  return (
    <Card withBorder component={Link} href={to} padding="md">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fz={28} fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {count(value)}
      </Text>
    </Card>
  )
}

/** `schoolgate_dns_queries_total{transport="udp",verdict="block",reason="category"}` by reason. */
function Traffic({ metrics }: { readonly metrics: Readonly<Record<string, number>> }) {
  const sums = new Map<string, number>()
  let allowed = 0
  for (const [series, value] of Object.entries(metrics)) {
    if (!/^schoolgate_(dns_queries|http_requests)_total/.test(series)) continue
    const verdict = /verdict="(\w+)"/.exec(series)?.[1]
    if (verdict === 'block') {
      const reason = /reason="([^"]*)"/.exec(series)?.[1] ?? ''
      sums.set(reason, (sums.get(reason) ?? 0) + value)
    } else allowed += value
  }
  const blocked = [...sums].toSorted(([, a], [, b]) => b - a)
  const total = blocked.reduce((sum, [, value]) => sum + value, 0)
  return (
    <Card withBorder>
      <Group justify="space-between" mb="sm">
        <Title order={2}>Requests since the gate started</Title>
        <Text c="dimmed" size="sm">
          {count(allowed)} allowed, {count(total)} blocked
        </Text>
      </Group>
      <Table>
        <Table.Caption>Blocked, by reason</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Reason</Table.Th>
            <Table.Th ta="right">Requests</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {blocked.map(([reason, value]) => (
            <Table.Tr key={reason}>
              <Table.Td>{reason}</Table.Td>
              <Table.Td ta="right">{count(value)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  )
}
