import { Button, Group, Table, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import type { Attempts } from '../types.ts'
import { count, when } from '../words.ts'
import { SeverityBadge } from './badges.tsx'
import { Nothing, Waiting } from './page.tsx'
import { Fault } from './sign-in-form.tsx'
import { WideTable } from './wide-table.tsx'

/** A page at a time, newest first; each page that shows names is a look that is written down. */
export function AttemptList({ query }: { readonly query: string }) {
  const attempts = useInfiniteQuery({
    queryKey: ['attempts', query],
    queryFn: ({ pageParam }) =>
      read<Attempts>(`/api/attempts?${query}${pageParam === null ? '' : `&cursor=${pageParam}`}`),
    initialPageParam: null as number | null,
    getNextPageParam: ({ cursor }) => cursor,
  })
  if (attempts.isPending) return <Waiting />
  const rows = attempts.data?.pages.flatMap((page) => page.rows) ?? []
  const isNamed = attempts.data?.pages[0]?.named ?? false
  return (
    <>
      <Fault error={attempts.error} />
      <WideTable minWidth={720} label="Blocked attempts">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>Where to</Table.Th>
            <Table.Th>Why</Table.Th>
            <Table.Th>Zone</Table.Th>
            <Table.Th ta="right">Times</Table.Th>
            <Table.Th>Severity</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.seq}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>{when(row.ts)}</Table.Td>
              <Table.Td>
                {isNamed ? (row.name ?? row.person_ref) : row.person_ref}
                <Text size="xs" c="dimmed">
                  {row.role}
                </Text>
              </Table.Td>
              <Table.Td className="breakable">
                {row.host}
                {row.search_term !== null && (
                  <Text size="sm">searched for “{row.search_term}”</Text>
                )}
              </Table.Td>
              <Table.Td>
                {row.reason_code}
                <Text size="xs" c="dimmed">
                  {row.category}
                </Text>
              </Table.Td>
              <Table.Td>{row.zone}</Table.Td>
              <Table.Td ta="right">{count(row.repeat_count)}</Table.Td>
              <Table.Td>
                <SeverityBadge severity={row.severity} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
      {rows.length === 0 && attempts.isSuccess && (
        <Nothing>Nothing was blocked that fits. Ask for more days, or for less.</Nothing>
      )}
      {attempts.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            loading={attempts.isFetchingNextPage}
            onClick={() => void attempts.fetchNextPage()}
          >
            Older attempts
          </Button>
        </Group>
      )}
    </>
  )
}
