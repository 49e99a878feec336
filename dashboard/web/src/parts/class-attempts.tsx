import { Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import { useMe } from '../session.tsx'
import type { ClassNow } from '../teaching-types.ts'
import type { AttemptRow } from '../types.ts'
import { clock, count } from '../words.ts'
import { Loaded, Nothing } from './page.tsx'
import { WideTable } from './wide-table.tsx'

const REFRESH_MS = 15_000

/** What the class was refused since the lesson began; gone when it ends. Each look is written down. */
export function ClassAttempts({ group }: { readonly group: ClassNow }) {
  const me = useMe()
  const isMine = group.teachers.some(({ ref }) => ref === me.personRef)
  const attempts = useQuery({
    queryKey: ['my-class', group.class, 'attempts'],
    queryFn: () =>
      read<{ rows: readonly AttemptRow[] }>(
        `/api/my-class/attempts?class=${encodeURIComponent(group.class)}`,
        true,
      ),
    refetchInterval: REFRESH_MS,
    enabled: isMine,
  })
  if (!isMine) return null
  return (
    <Stack component="section" aria-label="Refused in this lesson">
      <Title order={2}>Refused in this lesson</Title>
      <Loaded query={attempts}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Nothing>Nothing was refused to anybody in the class.</Nothing>
          ) : (
            <WideTable minWidth={520} label="Refused in this lesson">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>When</Table.Th>
                  <Table.Th>Who</Table.Th>
                  <Table.Th>Where to</Table.Th>
                  <Table.Th>Why</Table.Th>
                  <Table.Th ta="right">Times</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={row.seq}>
                    <Table.Td>{clock(row.ts)}</Table.Td>
                    <Table.Td>{row.name ?? row.person_ref}</Table.Td>
                    <Table.Td className="breakable">{row.host}</Table.Td>
                    <Table.Td>
                      {row.reason_code}
                      <Text size="xs" c="dimmed">
                        {row.category}
                      </Text>
                    </Table.Td>
                    <Table.Td ta="right">{count(row.repeat_count)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </WideTable>
          )
        }
      </Loaded>
    </Stack>
  )
}
