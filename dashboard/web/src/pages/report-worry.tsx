import {
  Alert,
  Button,
  Card,
  MultiSelect,
  Radio,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useForm, type UseFormReturnType } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, gateNow, read } from '../api.ts'
import { MyReports } from '../parts/my-reports.tsx'
import { MyRequests } from '../parts/my-requests.tsx'
import { Page } from '../parts/page.tsx'
import { Fault } from '../parts/sign-in-form.tsx'
import { useMe } from '../session.tsx'
import type { CategoryRow } from '../filtering-types.ts'
import type { Classes } from '../teaching-types.ts'
import type { Outcome } from '../types.ts'
import {
  choices,
  DUTY_NAMES,
  INCIDENT_NAMES,
  REPORT_REASONS,
  SUBJECT_NAMES,
  when,
} from '../words.ts'

const MIN_LETTERS = 10
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

const EMPTY = {
  why: null as Why | null,
  text: '',
  about: null as string | null,
  subjectKind: 'unknown',
  host: '',
  group: null as string | null,
  days: '7',
  categories: [] as string[],
  hours: '1',
}
type Why = keyof typeof REPORT_REASONS
type Form = UseFormReturnType<typeof EMPTY>

/** "They should report if": the six reasons of the standard, each to where it is looked into. */
export function ReportWorry() {
  const me = useMe()
  const client = useQueryClient()
  const [sent, setSent] = useState<string | null>(null)
  const classes = useQuery({
    queryKey: ['lessons'],
    queryFn: () => read<Classes>('/api/lessons'),
    enabled: me.duties.some((duty) => TEACHES.includes(duty)),
  })
  const form = useForm({
    initialValues: EMPTY,
    validate: {
      why: (why) => (why === null ? 'Choose the reason that fits best' : null),
      text: (text) =>
        text.trim().length < MIN_LETTERS ? `Say it in ${MIN_LETTERS} letters or more` : null,
      about: (about, { why }) => (why === 'accessed' && about === null ? 'What was it?' : null),
      host: (host, { why }) =>
        why === 'unreasonable_restriction' && !isHost(host)
          ? 'A host name, as in geogebra.org'
          : null,
      group: (group, { why }) =>
        why === 'teaching_topic' && group === null ? 'Which class?' : null,
      categories: (some, { why }) =>
        why === 'teaching_topic' && some.length === 0 ? 'What will be looked up?' : null,
    },
  })
  const send = useMutation({
    mutationFn: (values: typeof EMPTY) =>
      submit(values, { me: me.personRef, classes: classes.data }),
    onSuccess: async (said) => {
      setSent(said)
      form.reset()
      await client.invalidateQueries({ queryKey: ['requests'] })
      await client.invalidateQueries({ queryKey: ['incidents'] })
    },
  })
  return (
    <Page
      title="Report a worry"
      about="When in doubt, report. It goes to the people whose job it is, and nobody is told of himself."
    >
      {sent !== null && (
        <Alert color="teal" title="Thank you" role="status">
          {sent}
        </Alert>
      )}
      <Card withBorder maw={720}>
        <form
          onSubmit={form.onSubmit((values) => {
            setSent(null)
            send.mutate(values)
          })}
        >
          <Stack>
            <Radio.Group label="Why do you report?" {...form.getInputProps('why')}>
              <Stack gap="sm" mt="xs">
                {choices(REPORT_REASONS).map(({ value, label }) => (
                  <Radio key={value} value={value} label={label} />
                ))}
              </Stack>
            </Radio.Group>
            {form.values.why !== null && (
              <Details why={form.values.why} form={form} classes={classes.data} />
            )}
            <Fault error={send.error} />
            <div>
              <Button type="submit" loading={send.isPending}>
                {form.values.why === 'unreasonable_restriction' ? 'Ask for it' : 'Send'}
              </Button>
            </div>
          </Stack>
        </form>
      </Card>
      <MyReports />
      <MyRequests />
    </Page>
  )
}

/** Duties that may see classes at all. */
const TEACHES: readonly string[] = [
  ...['teacher', 'network_manager', 'dsl', 'deputy_dsl', 'head', 'slt'],
]

interface DetailsProps {
  readonly why: Why
  readonly form: Form
  readonly classes: Classes | undefined
}

function Details({ why, form, classes }: DetailsProps) {
  const groups = classes?.classes.map(({ id }) => id) ?? []
  return (
    <>
      {why === 'accessed' && (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Select
            label="What was it?"
            data={choices(INCIDENT_NAMES)}
            searchable
            {...form.getInputProps('about')}
          />
          <Select
            label="By whom?"
            data={choices(SUBJECT_NAMES)}
            allowDeselect={false}
            {...form.getInputProps('subjectKind')}
          />
        </SimpleGrid>
      )}
      {why === 'teaching_topic' && <Topic form={form} groups={groups} />}
      {why !== 'teaching_topic' && (
        <TextInput
          label={why === 'unreasonable_restriction' ? 'Site' : 'Site, if you know it'}
          placeholder="geogebra.org"
          description="Its name is enough. Don’t look at it again, and don’t send it to anybody."
          {...form.getInputProps('host')}
        />
      )}
      {why === 'unreasonable_restriction' && (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Select
            label="For whom?"
            placeholder="Me"
            data={groups}
            clearable
            {...form.getInputProps('group')}
          />
          <Select
            label="For how long?"
            data={[
              { value: '1', label: 'today' },
              { value: '7', label: 'a week' },
              { value: '31', label: 'a month' },
              { value: '92', label: 'a term' },
            ]}
            allowDeselect={false}
            {...form.getInputProps('days')}
          />
        </SimpleGrid>
      )}
      <Textarea
        label="In your words"
        description="Kept for years. Write no pupil’s name; who it was is known from the records."
        autosize
        minRows={3}
        required
        {...form.getInputProps('text')}
      />
    </>
  )
}

function Topic({ form, groups }: { readonly form: Form; readonly groups: readonly string[] }) {
  const categories = useQuery({
    queryKey: ['categories'],
    queryFn: () => read<{ categories: readonly CategoryRow[] }>('/api/categories'),
    staleTime: Infinity,
  })
  const known = categories.data?.categories.filter(({ lock }) => lock !== 'SEALED') ?? []
  return (
    <>
      <Text c="dimmed" size="sm">
        What the class looks up is recorded all the same. It alarms nobody while the topic lasts,
        once the safeguarding lead agrees.
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select label="Class" data={groups} {...form.getInputProps('group')} />
        <Select
          label="From now, for"
          data={[
            { value: '1', label: 'an hour' },
            { value: '2', label: 'two hours' },
            { value: '4', label: 'four hours' },
          ]}
          allowDeselect={false}
          {...form.getInputProps('hours')}
        />
      </SimpleGrid>
      <MultiSelect
        label="What will be looked up"
        data={known.map(({ id, label }) => ({ value: id, label }))}
        searchable
        {...form.getInputProps('categories')}
      />
    </>
  )
}

interface Who {
  readonly me: string
  readonly classes: Classes | undefined
}

/** Sends it to where its reason belongs; what is said to whoever sent it. */
async function submit(values: typeof EMPTY, who: Who): Promise<string> {
  if (values.why === 'teaching_topic') return announce(values, who)
  if (values.why === 'unreasonable_restriction') return askFor(values, who)
  const { why, text, about, subjectKind, host, group } = values
  const body = {
    ...{ why, text, group, host: host.trim() === '' ? null : host.trim() },
    ...(why === 'accessed' ? { about, subjectKind } : {}),
  }
  const { goesTo } = await api<{ goesTo: readonly string[] }>('POST', '/api/incidents/report', body)
  const names: Readonly<Record<string, string>> = DUTY_NAMES
  return `Reported to: ${goesTo.map((duty) => names[duty] ?? duty).join(', ')}.`
}

async function change(reason: string, basedOn: number, edit: object): Promise<string> {
  const body = { basedOn, reason, edits: [edit] }
  const { kind } = await api<Outcome>('POST', '/api/changes', body)
  return kind === 'applied'
    ? 'It is in force now.'
    : 'It waits for a second person. What became of it will be below.'
}

function announce({ group, categories, hours, text }: typeof EMPTY, who: Who): Promise<string> {
  const [from, to] = termOf(Number(hours) * HOUR_MS)
  const persons = who.classes?.classes.find(({ id }) => id === group)?.persons ?? []
  const after = { class: group, persons, categories, from, to }
  const edit = { kind: 'topic.put', objectId: `${group ?? ''} ${from}`, after }
  return change(text, who.classes?.headSeq ?? 0, edit)
}

async function askFor({ host, group, days, text }: typeof EMPTY, who: Who): Promise<string> {
  const [from, to] = termOf(Number(days) * DAY_MS)
  const { headSeq } = await read<{ headSeq: number }>('/api/requests')
  const after = {
    ...{ type: 'site_unblock', person: group === null ? who.me : null, device: null, class: group },
    ...{ zones: [], windows: [], from, to, profile: null, sites: [host.trim().toLowerCase()] },
    ...{ categories: [], locked: false, purpose: text.slice(0, 500), assessment: null },
  }
  const said = await change(text, headSeq, {
    kind: 'grant.put',
    objectId: `g${headSeq + 1}`,
    after,
  })
  return `${host.trim()}, until ${when(to)}. ${said}`
}

function termOf(ms: number): readonly [string, string] {
  const from = gateNow()
  return [new Date(from).toISOString(), new Date(from + ms).toISOString()]
}

function isHost(text: string): boolean {
  return /^[^\s/:]+\.[^\s/:.]+$/.test(text.trim())
}
