import {
  Alert,
  Button,
  Card,
  Group,
  List,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { read } from '../api.ts'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { WideTable } from '../parts/wide-table.tsx'
import type { Holder, ListsAnswer } from '../filtering-types.ts'
import { age, count } from '../words.ts'

export function ListsPage() {
  return (
    <Page
      title="Lists"
      about="Where the names come from, how many there are, how old each list is, and which of them hold a host."
    >
      <Holders />
      <AllLists />
    </Page>
  )
}

function Holders() {
  const [host, setHost] = useState('')
  const form = useForm({
    initialValues: { host: '' },
    validate: {
      host: (text) => (text.trim() === '' ? 'A host name, as in games.example.com' : null),
    },
  })
  const query = useQuery({
    queryKey: ['holders', host],
    queryFn: () =>
      read<{ holders: readonly Holder[] }>(`/api/lists/holders?host=${encodeURIComponent(host)}`),
    enabled: host !== '',
  })
  return (
    <Card withBorder component="section" aria-label="What holds this host">
      <form
        onSubmit={form.onSubmit((values) => {
          setHost(values.host.trim())
        })}
      >
        <Group align="flex-end">
          <TextInput
            label="What holds this host?"
            placeholder="games.example.com"
            style={{ flex: '1 1 240px', maxWidth: 420 }}
            {...form.getInputProps('host')}
          />
          <Button type="submit">Look it up</Button>
        </Group>
      </form>
      {host !== '' && (
        <Loaded query={query}>
          {({ holders }) =>
            holders.length === 0 ? (
              <Nothing>No list holds {host}. It is judged as a site in no category.</Nothing>
            ) : (
              <List mt="md">
                {holders.map(({ entry, scope, list, category }) => (
                  <List.Item key={`${list} ${entry} ${scope}`} className="breakable">
                    <b>{entry}</b> {scope}: {category}, by the list {list}
                  </List.Item>
                ))}
              </List>
            )
          }
        </Loaded>
      )}
    </Card>
  )
}

function AllLists() {
  const query = useQuery({ queryKey: ['lists'], queryFn: () => read<ListsAnswer>('/api/lists') })
  return (
    <Stack component="section" aria-label="All lists">
      <Title order={2}>All lists</Title>
      <Loaded query={query}>
        {({ lists, answers }) => (
          <>
            {!answers && (
              <Alert color="yellow" title="The gate does not answer">
                Ages are the gate’s to say. What is below is what the records hold.
              </Alert>
            )}
            {lists.length === 0 ? (
              <Nothing>The policy names no list yet: add one under `lists:`.</Nothing>
            ) : (
              <WideTable minWidth={720} label="All lists">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>List</Table.Th>
                    <Table.Th>Category</Table.Th>
                    <Table.Th>From</Table.Th>
                    <Table.Th ta="right">Names</Table.Th>
                    <Table.Th ta="right">Addresses</Table.Th>
                    <Table.Th>Looked at</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {lists.map((list) => (
                    <Table.Tr key={`${list.id} ${list.category}`}>
                      <Table.Td className="breakable">
                        {list.id}
                        <Text size="xs" c="dimmed">
                          {list.version}
                        </Text>
                      </Table.Td>
                      <Table.Td>{list.category}</Table.Td>
                      <Table.Td className="breakable">{list.source ?? 'several'}</Table.Td>
                      <Table.Td ta="right">{count(list.entries)}</Table.Td>
                      <Table.Td ta="right">{count(list.urls)}</Table.Td>
                      <Table.Td>
                        {list.ageSeconds === null ? '' : `${age(list.ageSeconds)} ago`}
                      </Table.Td>
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
