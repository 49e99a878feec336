import { Badge, Button, Card, Group, Select, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { read } from '../api.ts'
import { ClassAttempts } from '../parts/class-attempts.tsx'
import { LessonTools } from '../parts/lesson-tools.tsx'
import { MyRequests } from '../parts/my-requests.tsx'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { useTap } from '../parts/use-tap.tsx'
import { useMe } from '../session.tsx'
import type { ClassNow, MyClass } from '../teaching-types.ts'
import { clock } from '../words.ts'

/** Often enough to see the bell ring, and no activity of a person. */
const REFRESH_MS = 15_000

/** The console of whoever teaches: the class of this period, and nothing of any other. */
export function LessonsPage() {
  const query = useQuery({
    queryKey: ['my-class'],
    queryFn: () => read<MyClass>('/api/my-class', true),
    refetchInterval: REFRESH_MS,
  })
  return (
    <Page
      title="My class now"
      about="The web for the class that you teach in this period. All of it ends at the bell."
      actions={
        <Button component={Link} href="/report-worry" variant="default">
          Report a worry
        </Button>
      }
    >
      <Loaded query={query}>{(data) => <Now data={data} />}</Loaded>
      <MyRequests />
    </Page>
  )
}

function Now({ data }: { readonly data: MyClass }) {
  const [wanted, setWanted] = useState<string | null>(null)
  const group = data.now.find((each) => each.class === wanted) ?? data.now[0]
  if (group === undefined) return <NoClass next={data.next} />
  return (
    <Stack gap="xl">
      {data.now.length > 1 && (
        <Select
          label="Class"
          data={data.now.map((each) => each.class)}
          value={group.class}
          onChange={setWanted}
          allowDeselect={false}
          maw={240}
        />
      )}
      <Header group={group} />
      <Running group={group} headSeq={data.headSeq} />
      <LessonTools key={group.class} group={group} data={data} />
      <ClassAttempts group={group} />
    </Stack>
  )
}

function NoClass({ next }: Pick<MyClass, 'next'>) {
  return (
    <Nothing>
      You have no class now.{' '}
      {next === null
        ? 'The timetable has no more of yours today. If that is wrong, tell the network manager: it comes from classes.csv, cover included.'
        : `Next: ${next.class} at ${clock(next.from)}${next.room === null ? '' : `, ${next.room}`}.`}
    </Nothing>
  )
}

function Header({ group }: { readonly group: ClassNow }) {
  const me = useMe()
  const others = group.teachers.filter(({ ref }) => ref !== me.personRef)
  const where = [
    /^\d+$/.test(group.period) ? `period ${group.period}` : group.period,
    ...(group.room === null ? [] : [group.room]),
    `${group.pupils.length} ${group.pupils.length === 1 ? 'pupil' : 'pupils'}`,
    ...others.map(({ ref, name }) => `with ${name ?? ref}`),
  ]
  return (
    <Group justify="space-between" align="flex-end">
      <div>
        <Title order={2} fz={28}>
          {group.class}
        </Title>
        <Text c="dimmed">{where.join(', ')}</Text>
      </div>
      <Text fw={600}>Bell at {clock(group.until)}</Text>
    </Group>
  )
}

function Running({ group, headSeq }: { readonly group: ClassNow; readonly headSeq: number }) {
  const me = useMe()
  const tap = useTap('my-class')
  if (group.lessons.length === 0)
    return <Text c="dimmed">The class has the web as the school’s policy gives it.</Text>
  return (
    <Stack component="section" aria-label="In force for this class" gap="xs">
      {group.lessons.map((lesson) => (
        <Card key={lesson.id} withBorder padding="sm" component="article">
          <Group justify="space-between">
            <Group gap="sm">
              <Badge
                variant="light"
                color={lesson.focus === null ? 'indigo' : 'orange'}
                autoContrast
              >
                {lesson.focus === null ? 'Open' : lesson.focus.length === 0 ? 'Paused' : 'Only'}
              </Badge>
              <Text className="breakable">{wordsOf(lesson)}</Text>
              <Text c="dimmed">until {clock(lesson.to)}</Text>
            </Group>
            {lesson.teacher === me.personRef && (
              <Button
                variant="default"
                size="compact-sm"
                loading={tap.isPending}
                aria-label={`End: ${wordsOf(lesson)}`}
                onClick={() => {
                  tap.mutate({
                    title: 'Ended',
                    reason: `ended before the bell by whoever teaches ${group.class}`,
                    basedOn: headSeq,
                    edit: { kind: 'lesson.end', objectId: lesson.id, after: null },
                  })
                }}
              >
                End
              </Button>
            )}
          </Group>
        </Card>
      ))}
    </Stack>
  )
}

function wordsOf({ sites, pack, focus }: ClassNow['lessons'][number]): string {
  const opened = [...sites, ...(pack === null ? [] : [`the pack ${pack}`])]
  if (focus === null) return opened.join(', ')
  const only = [...focus, ...opened]
  return only.length === 0 ? 'the web, for everybody in the class' : only.join(', ')
}
