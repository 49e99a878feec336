import {
  Button,
  Card,
  MultiSelect,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useForm, type UseFormReturnType } from '@mantine/form'
import { gateNow } from '../api.ts'
import { hasDuty, useMe } from '../session.tsx'
import type { Duty, Occasions } from '../types.ts'
import { choices, OCCASION_NAMES, when } from '../words.ts'
import { PersonSelect } from './person-select.tsx'
import { useChange } from './use-change.tsx'

const HOUR_MS = 3_600_000

const EMPTY = {
  kind: 'transition_day',
  zones: [] as string[],
  years: [] as string[],
  persons: [] as string[],
  profile: null as string | null,
  start: '',
  hours: '2',
}
type Form = UseFormReturnType<typeof EMPTY>

const EXAMS: readonly Duty[] = ['head', 'slt', 'reception', 'exams_officer']
const GROUPS: readonly Duty[] = ['network_manager', 'dsl', 'deputy_dsl', 'head', 'slt']

/** Whose each kind is; the desk says so again. */
const KINDS: Readonly<Record<string, readonly Duty[]>> = {
  transition_day: GROUPS,
  group: GROUPS,
  exam_room: EXAMS,
  extra_time: EXAMS,
  exam_release: EXAMS,
  exam_rehearsal: [...EXAMS, 'network_manager', 'it'],
}

const NAMES_PEOPLE: readonly string[] = ['transition_day', 'group', 'extra_time', 'exam_room']

/** One form for all of them: what, where, for whom, until when. */
export function NewOccasion({ data }: { readonly data: Occasions }) {
  const me = useMe()
  const { change, dialog } = useChange('occasions')
  const mine = choices(OCCASION_NAMES).filter(({ value }) => hasDuty(me, ...(KINDS[value] ?? [])))
  const form = useForm({
    initialValues: { ...EMPTY, kind: mine[0]?.value ?? EMPTY.kind },
    validate: {
      zones: (zones, { kind }) => (!isGroup(kind) && zones.length === 0 ? 'Name the room' : null),
      years: (years, { kind, persons }) =>
        (isGroup(kind) || kind === 'extra_time') && years.length + persons.length === 0
          ? 'Name a year or people'
          : null,
      profile: (profile, { kind }) =>
        isGroup(kind) && profile === null ? 'What may they do?' : null,
      start: (start) =>
        start === '' || !Number.isNaN(Date.parse(start)) ? null : 'As in 2026-11-25 09:00',
    },
  })
  if (mine.length === 0) return null
  return (
    <Card withBorder component="section" aria-label="Begin an occasion">
      <form
        onSubmit={form.onSubmit((values) => {
          const after = factsOf(values)
          const title = OCCASION_NAMES[values.kind] ?? values.kind
          change({
            ...{ title, basedOn: data.headSeq },
            about: `From ${when(after.from)} until ${when(after.to)}.`,
            edit: () => ({ kind: 'occasion.put', objectId: `o${data.headSeq + 1}`, after }),
          })
        })}
      >
        <Stack>
          <Title order={2}>Begin an occasion</Title>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
            <Select
              label="What happens?"
              data={mine}
              allowDeselect={false}
              {...form.getInputProps('kind')}
            />
            <MultiSelect
              label={
                isGroup(form.values.kind) ? 'Where? Nothing means everywhere' : 'In which rooms?'
              }
              data={data.zones.map(({ id }) => ({ value: id, label: id.replaceAll('_', ' ') }))}
              {...form.getInputProps('zones')}
            />
            {isGroup(form.values.kind) && (
              <Select
                label="What may they do?"
                data={data.profiles.map(({ id, label }) => ({ value: id, label }))}
                {...form.getInputProps('profile')}
              />
            )}
            {NAMES_PEOPLE.includes(form.values.kind) && <Whom form={form} />}
            <TextInput
              label="From"
              placeholder="now"
              description="Or a day and a time: 2026-11-25 09:00"
              {...form.getInputProps('start')}
            />
            <Select
              label="For how long?"
              data={DURATIONS}
              allowDeselect={false}
              {...form.getInputProps('hours')}
            />
          </SimpleGrid>
          <Text c="dimmed" size="sm">
            {HELP[form.values.kind]}
          </Text>
          <div>
            <Button type="submit">Go on</Button>
          </div>
        </Stack>
      </form>
      {dialog}
    </Card>
  )
}

const DURATIONS = [
  { value: '0.5', label: 'half an hour' },
  { value: '1', label: 'an hour' },
  { value: '2', label: 'two hours' },
  { value: '3', label: 'three hours' },
  { value: '8', label: 'a school day' },
  { value: '24', label: 'a day' },
]

const HELP: Readonly<Record<string, string>> = {
  transition_day:
    'Children of another year get what you choose here. The safeguarding lead agrees first.',
  group:
    'A visiting group or a club gets what you choose here. The safeguarding lead agrees first.',
  exam_room: 'The room counts as an exam room at once: exam sites only, and no personal device.',
  extra_time: 'For these candidates the exam goes on in the room, at once.',
  exam_release:
    'The calendar’s exam does not count in the room, as when it moved away. The safeguarding lead agrees first.',
  exam_rehearsal: 'Exam mode is tried out in the room; nobody is a candidate.',
}

function Whom({ form }: { readonly form: Form }) {
  return (
    <>
      <MultiSelect label="Which years?" data={YEARS} {...form.getInputProps('years')} />
      <PersonSelect label="Or who, by name?" {...form.getInputProps('persons')} />
    </>
  )
}

const YEARS = Array.from({ length: 14 }, (_, year) => ({
  value: String(year),
  label: year === 0 ? 'Reception' : `Year ${year}`,
}))

function isGroup(kind: string): boolean {
  return kind === 'transition_day' || kind === 'group'
}

function factsOf({ kind, zones, years, persons, profile, start, hours }: typeof EMPTY) {
  const from = start === '' ? gateNow() : Date.parse(start)
  const isNamed = NAMES_PEOPLE.includes(kind)
  return {
    ...{ kind, zones, devices: [], profile: isGroup(kind) ? profile : null },
    persons: isNamed ? persons : [],
    years: isNamed ? years.map(Number) : [],
    from: new Date(from).toISOString(),
    to: new Date(from + Number(hours) * HOUR_MS).toISOString(),
  }
}
