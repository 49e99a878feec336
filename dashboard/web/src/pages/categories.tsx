import { Badge, Group, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { read } from '../api.ts'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { WideTable } from '../parts/wide-table.tsx'
import type { CategoryMatrix } from '../filtering-types.ts'
import { CATEGORY_ACTIONS, LOCK_NAMES } from '../words.ts'

/** What each profile does with each category, and who may loosen it. */
export function CategoriesPage() {
  const [text, setText] = useState('')
  const query = useQuery({
    queryKey: ['category-matrix'],
    queryFn: () => read<CategoryMatrix>('/api/category-matrix'),
  })
  const wanted = text.trim().toLowerCase()
  return (
    <Page
      title="Categories"
      about="What each profile does with each category. The lock says who may loosen it; everybody may tighten."
    >
      <Group gap="md">
        {Object.entries(CATEGORY_ACTIONS).map(([letter, name]) => (
          <Text key={letter} size="sm">
            <b>{letter}</b> {name}
          </Text>
        ))}
      </Group>
      <TextInput
        label="Find a category"
        placeholder="gambling"
        maw={360}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
        }}
      />
      <Loaded query={query}>
        {({ profiles, categories }) => {
          const rows = categories.filter(({ id, label }) =>
            `${id} ${label}`.toLowerCase().includes(wanted),
          )
          if (rows.length === 0) return <Nothing>No category of that name.</Nothing>
          return (
            <WideTable minWidth={900} label="Categories">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Category</Table.Th>
                  <Table.Th>Lock</Table.Th>
                  {profiles.map(({ id, label }) => (
                    <Table.Th key={id} title={label}>
                      {id.replaceAll('_', ' ')}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map(({ id, label, lock, description, actions }) => (
                  <Table.Tr key={id}>
                    <Table.Th scope="row" title={description}>
                      {label}
                      <Text size="xs" c="dimmed">
                        {id}
                      </Text>
                    </Table.Th>
                    <Table.Td>
                      <Badge
                        variant="outline"
                        color={lock === 'SEALED' || lock === 'LOCKED' ? 'red' : 'gray'}
                        title={LOCK_NAMES[lock]}
                        styles={{ label: { color: 'var(--mantine-color-text)' } }}
                      >
                        {lock}
                      </Badge>
                    </Table.Td>
                    {actions.map((action, column) => (
                      <Table.Td key={column} title={CATEGORY_ACTIONS[action]}>
                        <Text
                          span
                          fw={action === 'B' ? 400 : 700}
                          c={action === 'B' ? 'dimmed' : undefined}
                        >
                          {action}
                        </Text>
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </WideTable>
          )
        }}
      </Loaded>
    </Page>
  )
}
