import { Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import type { ExamDayAnswer } from '../types.ts'
import { count, dayOf } from '../words.ts'
import { Loaded, Nothing } from './page.tsx'
import { WideTable } from './wide-table.tsx'

/** The exams of today, else of the next day that has any: where, when, and how many sit them. */
export function ExamDay() {
  const query = useQuery({
    queryKey: ['exam-day'],
    queryFn: () => read<ExamDayAnswer>('/api/exam-day'),
  })
  return (
    <Stack component="section" aria-label="Exams">
      <Loaded query={query}>
        {({ date, today, exams }) => (
          <>
            <Title order={2}>
              {date === null || date === today ? 'Exams today' : `Next exams: ${dayOf(date)}`}
            </Title>
            {exams.length === 0 ? (
              <Nothing>
                The calendar has no exam to come. The network manager enters them in the policy.
              </Nothing>
            ) : (
              <WideTable minWidth={560} label="Exams">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Paper</Table.Th>
                    <Table.Th>Room</Table.Th>
                    <Table.Th>Time</Table.Th>
                    <Table.Th ta="right">Candidates</Table.Th>
                    <Table.Th ta="right">Their devices</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {exams.map((exam) => (
                    <Table.Tr key={`${exam.paper} ${exam.zone} ${exam.start}`}>
                      <Table.Td>{exam.paper}</Table.Td>
                      <Table.Td>{exam.zone.replaceAll('_', ' ')}</Table.Td>
                      <Table.Td>
                        {exam.start} to {exam.end}
                      </Table.Td>
                      <Table.Td ta="right">
                        {count(exam.candidates)}
                        {exam.candidatesYear !== null && (
                          <Text span size="sm" c="dimmed">
                            {' '}
                            of Year {exam.candidatesYear}
                          </Text>
                        )}
                      </Table.Td>
                      <Table.Td ta="right">{count(exam.devices)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </WideTable>
            )}
          </>
        )}
      </Loaded>
    </Stack>
  )
}
