import { Button, Card, Group, Select, SimpleGrid, Table, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { gateNow, read } from '../api.ts'
import { SeverityBadge } from '../parts/badges.tsx'
import { Nothing, Page } from '../parts/page.tsx'
import { WideTable } from '../parts/wide-table.tsx'
import { Fault } from '../parts/sign-in-form.tsx'
import { hasDuty, useMe } from '../session.tsx'
import type { Attempts } from '../types.ts'
import { count, when } from '../words.ts'

const NO_FILTER = {
  text: '',
  category: '',
  person: '',
  role: '',
  severity: '',
  block_ref: '',
  days: '7',
}
type Filter = typeof NO_FILTER

const DAY_MS = 86_400_000

export function AttemptsPage() {
  const me = useMe()
  const [filter, setFilter] = useState<Filter>(NO_FILTER)
  const attempts = useInfiniteQuery({
    queryKey: ['attempts', filter],
    queryFn: ({ pageParam }) => read<Attempts>(`/api/attempts?${queryOf(filter, pageParam)}`),
    initialPageParam: null as number | null,
    getNextPageParam: ({ cursor }) => cursor,
  })
  const rows = attempts.data?.pages.flatMap((page) => page.rows) ?? []
  const isNamed = attempts.data?.pages[0]?.named ?? false
  return (
    <Page
      title="Blocked attempts"
      about={
        hasDuty(me, 'dsl', 'deputy_dsl', 'head')
          ? 'You see names here. Each look is written down.'
          : 'People are shown by pseudonyms; who is behind one is asked with a reason.'
      }
    >
      <Search onSearch={setFilter} />
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
              <Table.Td className="breakable">{row.host}</Table.Td>
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
      {rows.length === 0 && attempts.isSuccess && <Nothing>Nothing was blocked that fits.</Nothing>}
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
    </Page>
  )
}

function Search({ onSearch }: { readonly onSearch: (filter: Filter) => void }) {
  const form = useForm({ initialValues: NO_FILTER })
  return (
    <Card withBorder>
      <form onSubmit={form.onSubmit(onSearch)}>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          <TextInput label="Words" placeholder="bets, games" {...form.getInputProps('text')} />
          <TextInput
            label="Category"
            placeholder="money.gambling"
            {...form.getInputProps('category')}
          />
          <TextInput
            label="Person or year"
            placeholder="p-1001 or year:9"
            {...form.getInputProps('person')}
          />
          <TextInput label="Code of a block page" {...form.getInputProps('block_ref')} />
          <Select
            label="Role"
            data={['', 'pupil', 'staff', 'governor', 'visitor', 'unidentified']}
            {...form.getInputProps('role')}
          />
          <Select
            label="Severity"
            data={['', 'high', 'medium', 'low', 'info']}
            {...form.getInputProps('severity')}
          />
          <Select
            label="Since"
            data={[
              { value: '1', label: 'a day ago' },
              { value: '7', label: 'a week ago' },
              { value: '35', label: 'five weeks ago' },
              { value: '400', label: 'the beginning' },
            ]}
            allowDeselect={false}
            {...form.getInputProps('days')}
          />
          <Group align="flex-end">
            <Button type="submit">Search</Button>
          </Group>
        </SimpleGrid>
      </form>
    </Card>
  )
}

function queryOf({ days, ...filter }: Filter, cursor: number | null): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(filter)) if (value !== '') query.set(key, value)
  if (Number(days) < 400)
    query.set('from', new Date(gateNow() - Number(days) * DAY_MS).toISOString())
  if (cursor !== null) query.set('cursor', String(cursor))
  return query.toString()
}
