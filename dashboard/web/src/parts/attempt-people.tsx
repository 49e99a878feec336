import { Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import type { PeopleBehind } from '../types.ts'
import { count, when } from '../words.ts'
import { Loaded, Nothing } from './page.tsx'
import { WideTable } from './wide-table.tsx'

/** Who is behind the attempts that fit, one row a person, most attempts first. */
export function AttemptPeople({ query }: { readonly query: string }) {
  const people = useQuery({
    queryKey: ['attempts', 'people', query],
    queryFn: () => read<PeopleBehind>(`/api/attempts/people?${query}`),
  })
  return (
    <Loaded query={people}>
      {({ people: rows, named, isWhole }) => (
        <>
          {!isWhole && (
            <Text>
              More fits than is read for one answer: these are the newest. Ask for fewer days.
            </Text>
          )}
          {rows.length === 0 ? (
            <Nothing>Nobody tried anything that fits.</Nothing>
          ) : (
            <WideTable minWidth={560} label="People">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Who</Table.Th>
                  <Table.Th>Where to</Table.Th>
                  <Table.Th>Last</Table.Th>
                  <Table.Th ta="right">Attempts</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={row.person_ref}>
                    <Table.Td>
                      {named ? (row.name ?? row.person_ref) : row.person_ref}
                      <Text size="xs" c="dimmed">
                        {row.role}
                      </Text>
                    </Table.Td>
                    <Table.Td className="breakable">{row.hosts.join(', ')}</Table.Td>
                    <Table.Td style={{ whiteSpace: 'nowrap' }}>{when(row.last)}</Table.Td>
                    <Table.Td ta="right">{count(row.attempts)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </WideTable>
          )}
        </>
      )}
    </Loaded>
  )
}
