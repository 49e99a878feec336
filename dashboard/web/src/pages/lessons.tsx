import {
  Button,
  Card,
  Group,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { gateNow, read } from '../api.ts'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { useChange } from '../parts/use-change.tsx'
import { useMe } from '../session.tsx'
import type { Lessons } from '../types.ts'
import { when } from '../words.ts'

export function LessonsPage() {
  const lessons = useQuery({ queryKey: ['lessons'], queryFn: () => read<Lessons>('/api/lessons') })
  const { change, dialog } = useChange('lessons')
  const ask = (title: string, about: string, edit: object): void => {
    change({ title, about, basedOn: lessons.data?.headSeq ?? 0, edit: () => edit })
  }
  return (
    <Page
      title="My class"
      about="Open sites for a class until the bell, or hold a class to a few sites."
    >
      <Loaded query={lessons}>
        {(data) => (
          <Stack gap="xl">
            {data.classes.length === 0 ? (
              <Nothing>You teach no class that the register knows.</Nothing>
            ) : (
              <OpenForm lessons={data} onAsk={ask} />
            )}
            <Stack component="section" aria-label="Lessons">
              <Title order={2}>Open now or later</Title>
              {data.lessons.length === 0 && <Nothing>No lesson has sites of its own.</Nothing>}
              {data.lessons.map((lesson) => (
                <Card key={lesson.id} withBorder padding="sm" component="article">
                  <Group justify="space-between">
                    <div>
                      <Text fw={600}>{lesson.class}</Text>
                      <Text className="breakable">
                        {[
                          ...lesson.sites,
                          lesson.pack && `pack ${lesson.pack}`,
                          lesson.focus && `only ${lesson.focus.join(', ')}`,
                        ]
                          .filter(Boolean)
                          .join(', ')}
                      </Text>
                      <Text c="dimmed">until {when(lesson.to)}</Text>
                    </div>
                    <Button
                      variant="default"
                      size="compact-sm"
                      aria-label={`End the lesson of ${lesson.class}`}
                      onClick={() => {
                        ask('End it now', lesson.class, {
                          kind: 'lesson.end',
                          objectId: lesson.id,
                          after: null,
                        })
                      }}
                    >
                      End
                    </Button>
                  </Group>
                </Card>
              ))}
            </Stack>
          </Stack>
        )}
      </Loaded>
      {dialog}
    </Page>
  )
}

interface FormProps {
  readonly lessons: Lessons
  readonly onAsk: (title: string, about: string, edit: object) => void
}

function OpenForm({ lessons, onAsk }: FormProps) {
  const me = useMe()
  const form = useForm({
    initialValues: {
      class: lessons.classes[0]?.id ?? '',
      what: 'open',
      pack: null as string | null,
      sites: '',
      minutes: '30',
    },
    validate: {
      sites: (sites, { pack }) =>
        sites.trim() === '' && pack === null ? 'Name a site, or choose a pack' : null,
      minutes: (minutes) =>
        /^\d{1,3}$/.test(minutes) && Number(minutes) > 0 ? null : 'A number of minutes',
    },
  })
  return (
    <Card withBorder>
      <form
        onSubmit={form.onSubmit((values) => {
          const from = gateNow()
          const to = from + Number(values.minutes) * 60_000
          const hosts = values.sites
            .toLowerCase()
            .split(/[\s,]+/)
            .filter((host) => host !== '')
          const teacher = teacherOf(lessons, values.class, me.personRef)
          const after = {
            ...{ class: values.class, teacher, pack: values.pack },
            ...(values.what === 'open'
              ? { sites: hosts, focus: null }
              : { sites: [], focus: hosts }),
            ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
          }
          const about = `${values.class}, ${hosts.join(', ')}, until ${when(to)} or the bell`
          const edit = { kind: 'lesson.put', objectId: `l${lessons.headSeq + 1}`, after }
          onAsk(values.what === 'open' ? 'Open for this class' : 'Only these sites', about, edit)
        })}
      >
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
          <Select
            label="Class"
            data={lessons.classes.map(({ id }) => id)}
            allowDeselect={false}
            {...form.getInputProps('class')}
          />
          <Select
            label="What"
            data={[
              { value: 'open', label: 'Open these sites' },
              { value: 'focus', label: 'Only these sites' },
            ]}
            allowDeselect={false}
            {...form.getInputProps('what')}
          />
          <TextInput
            label="Sites"
            placeholder="bbc.co.uk, geogebra.org"
            {...form.getInputProps('sites')}
          />
          <Select
            label="Lesson pack"
            data={lessons.packs.map(({ id, label }) => ({ value: id, label }))}
            clearable
            {...form.getInputProps('pack')}
          />
          <TextInput
            label="For how many minutes"
            inputMode="numeric"
            description="At most until the bell"
            {...form.getInputProps('minutes')}
          />
          <Group align="flex-end">
            <Button type="submit">Go on</Button>
          </Group>
        </SimpleGrid>
      </form>
    </Card>
  )
}

/** His own lesson where he teaches the class; else, for a leader, that of who does. */
function teacherOf({ classes }: Lessons, id: string, me: string): string {
  const teachers = classes.find((group) => group.id === id)?.teachers ?? []
  return teachers.some(({ ref }) => ref === me) ? me : (teachers[0]?.ref ?? me)
}
