import { Button, Card, Group, SegmentedControl, Select, SimpleGrid, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { gateNow, read } from '../api.ts'
import { AttemptList } from '../parts/attempt-list.tsx'
import { AttemptPeople } from '../parts/attempt-people.tsx'
import { Page } from '../parts/page.tsx'
import { hasDuty, useMe } from '../session.tsx'
import type { CategoryRow } from '../filtering-types.ts'
import { choices, ROLE_NAMES, SEVERITY_NAMES } from '../words.ts'

const NO_FILTER = {
  text: '',
  category: null as string | null,
  person: '',
  year: null as string | null,
  role: null as string | null,
  severity: null as string | null,
  block_ref: '',
  days: '7',
}
type Filter = typeof NO_FILTER

const DAY_MS = 86_400_000

/** "Which Year 9 pupils tried gambling sites this week": three fields and one tap on who. */
export function AttemptsPage() {
  const me = useMe()
  const [filter, setFilter] = useState<Filter>(NO_FILTER)
  const [shown, setShown] = useState('attempts')
  const query = queryOf(filter)
  return (
    <Page
      title="Blocked attempts"
      about={
        hasDuty(me, 'dsl', 'deputy_dsl', 'head')
          ? 'You see names here. Each look is written down.'
          : 'People are shown by pseudonyms; who is behind one is asked with a reason.'
      }
      actions={
        <SegmentedControl
          aria-label="What to list"
          data={[
            { value: 'attempts', label: 'Attempts' },
            { value: 'people', label: 'People' },
          ]}
          value={shown}
          onChange={setShown}
        />
      }
    >
      <Search onSearch={setFilter} />
      {shown === 'attempts' ? (
        <AttemptList key={query} query={query} />
      ) : (
        <AttemptPeople key={query} query={query} />
      )}
    </Page>
  )
}

function Search({ onSearch }: { readonly onSearch: (filter: Filter) => void }) {
  const form = useForm({ initialValues: NO_FILTER })
  const categories = useQuery({
    queryKey: ['categories'],
    queryFn: () => read<{ categories: readonly CategoryRow[] }>('/api/categories'),
    staleTime: Infinity,
  })
  const known = categories.data?.categories.map(({ id, label }) => ({ value: id, label })) ?? []
  return (
    <Card withBorder>
      <form onSubmit={form.onSubmit(onSearch)}>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          <Select label="Year" data={YEARS} clearable {...form.getInputProps('year')} />
          <Select
            label="Category"
            data={known}
            searchable
            clearable
            {...form.getInputProps('category')}
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
          <Select
            label="Severity"
            data={choices(SEVERITY_NAMES)}
            clearable
            {...form.getInputProps('severity')}
          />
          <Select
            label="Role"
            data={choices(ROLE_NAMES)}
            clearable
            {...form.getInputProps('role')}
          />
          <TextInput
            label="Person or class"
            placeholder="p-1001 or class:9b/Sc1"
            {...form.getInputProps('person')}
          />
          <TextInput label="Words" placeholder="bets, games" {...form.getInputProps('text')} />
          <TextInput label="Code of a block page" {...form.getInputProps('block_ref')} />
        </SimpleGrid>
        <Group mt="md">
          <Button type="submit">Search</Button>
        </Group>
      </form>
    </Card>
  )
}

const YEARS = Array.from({ length: 14 }, (_, year) => ({
  value: String(year),
  label: year === 0 ? 'Reception' : `Year ${year}`,
}))

/** A person who is named is meant before a whole year. */
function queryOf({ days, year, person, ...filter }: Filter): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(filter))
    if (value !== null && value !== '') query.set(key, value)
  if (person !== '') query.set('person', person)
  else if (year !== null) query.set('person', `year:${year}`)
  if (Number(days) < 400)
    query.set('from', new Date(minuteOf(gateNow()) - Number(days) * DAY_MS).toISOString())
  return query.toString()
}

/** The same question within a minute is the same question. */
function minuteOf(at: number): number {
  return at - (at % 60_000)
}
