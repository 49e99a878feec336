import { Alert, Card, Group, Select, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { read } from '../api.ts'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import type { GovernorReport } from '../types.ts'
import { few, INCIDENT_NAMES, ROLE_NAMES, when } from '../words.ts'

/** What governors answer for, in sums: no name, no child that a small number would give away. */
export function ReportPage() {
  const [days, setDays] = useState<string | null>('90')
  const query = useQuery({
    queryKey: ['report', days],
    queryFn: () => read<GovernorReport>(`/api/reports/governors?days=${days ?? '90'}`),
    placeholderData: (before) => before,
  })
  return (
    <Page
      title="Report for governors"
      about="Read only. Fewer than five is shown as “<5”, so that no child can be told from a number."
      actions={
        <Select
          aria-label="How far back"
          data={[
            { value: '7', label: 'a week' },
            { value: '31', label: 'a month' },
            { value: '90', label: 'a term' },
            { value: '365', label: 'a year' },
          ]}
          value={days}
          onChange={setDays}
          allowDeselect={false}
          w={130}
        />
      }
    >
      <Loaded query={query}>{(report) => <Body report={report} />}</Loaded>
    </Page>
  )
}

const FILTERING: Readonly<Record<string, string>> = {
  active: 'Filtering is active',
  failing: 'The gate says that it cannot decide: ask the network manager now',
  unknown: 'The gate does not answer: ask the network manager',
}

function Body({ report }: { readonly report: GovernorReport }) {
  const { filtering, troubles, changes, alerts, incidents } = report
  const open = incidents.filter(({ isOpen }) => isOpen)
  return (
    <Stack gap="xl">
      <Alert
        color={filtering === 'active' ? 'teal' : 'red'}
        variant="light"
        title={FILTERING[filtering] ?? filtering}
      >
        {when(report.from)} to {when(report.to)}
        {troubles > 0 && `. ${troubles} things need somebody: the network manager sees which`}
      </Alert>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Fact label="Changes not looked at" value={few(changes.unreviewed)} />
        <Fact label="of them overdue" value={few(changes.overdue)} />
        <Fact label="Alerts" value={few(alerts.opened)} />
        <Fact label="Alerts nobody has seen" value={few(alerts.unseen)} />
      </SimpleGrid>
      <Counts
        title="Blocked, by category"
        rows={report.byCategory.map(({ label, attempts }) => [label, attempts])}
        empty="Nothing was blocked in this time."
      />
      <Counts
        title="Blocked, by role"
        rows={report.byRole.map(({ label, attempts }) => [ROLE_NAMES[label] ?? label, attempts])}
        empty="Nothing was blocked in this time."
      />
      <Counts
        title="Open incidents"
        rows={open.map((row) => [INCIDENT_NAMES[row.class] ?? row.class, row.count])}
        empty="No incident is open."
      />
    </Stack>
  )
}

function Fact({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <Card withBorder padding="md">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fz={28} fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {value}
      </Text>
    </Card>
  )
}

interface CountsProps {
  readonly title: string
  readonly rows: readonly (readonly [string, number | string])[]
  readonly empty: string
}

function Counts({ title, rows, empty }: CountsProps) {
  const most = Math.max(...rows.map(([, value]) => (typeof value === 'number' ? value : 0)), 1)
  return (
    <Stack component="section" aria-label={title} gap="xs">
      <Group>
        <Title order={2}>{title}</Title>
      </Group>
      {rows.length === 0 ? (
        <Nothing>{empty}</Nothing>
      ) : (
        <Table layout="fixed">
          <Table.Tbody>
            {rows.map(([label, value]) => (
              <Table.Tr key={label}>
                <Table.Th scope="row" fw={400}>
                  {label}
                </Table.Th>
                <Table.Td w="45%" aria-hidden>
                  <div
                    style={{
                      height: 8,
                      borderRadius: 4,
                      width: `${typeof value === 'number' ? Math.max((value / most) * 100, 1) : 1}%`,
                      background: 'var(--mantine-primary-color-filled)',
                    }}
                  />
                </Table.Td>
                <Table.Td w={80} ta="right">
                  {few(value)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  )
}
