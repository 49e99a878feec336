import { Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { WideTable } from '../parts/wide-table.tsx'
import type { Talker } from '../filtering-types.ts'
import { octets } from '../words.ts'

const REFRESH_MS = 30_000

/** Who uses most of the line, of what has a quota. */
export function TalkersPage() {
  const query = useQuery({
    queryKey: ['talkers'],
    queryFn: () => read<{ talkers: readonly Talker[] }>('/api/talkers', true),
    refetchInterval: REFRESH_MS,
  })
  return (
    <Page
      title="Heavy use"
      about="What devices have used of their quotas in the period that runs. It is no history: with the next period it is gone."
    >
      <Loaded query={query}>
        {({ talkers }) =>
          talkers.length === 0 ? (
            <Nothing>
              Nobody has used anything that has a quota. Quotas are `bandwidth:` in the policy.
            </Nothing>
          ) : (
            <WideTable minWidth={560} label="Heavy use">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Device</Table.Th>
                  <Table.Th>Whose</Table.Th>
                  <Table.Th>Class of use</Table.Th>
                  <Table.Th>Period</Table.Th>
                  <Table.Th ta="right">Used</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {talkers.map((row) => (
                  <Table.Tr key={`${row.who} ${row.classId}`}>
                    <Table.Td className="breakable">{row.who}</Table.Td>
                    <Table.Td>
                      {row.name ?? 'not known'}
                      <Text size="xs" c="dimmed">
                        {row.role}
                      </Text>
                    </Table.Td>
                    <Table.Td>{row.classId}</Table.Td>
                    <Table.Td>{row.period}</Table.Td>
                    <Table.Td ta="right">{octets(row.octets)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </WideTable>
          )
        }
      </Loaded>
    </Page>
  )
}
