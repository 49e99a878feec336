import { Button, Card, Select, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ReactNode } from 'react'
import { gateNow } from '../api.ts'
import { useMe } from '../session.tsx'
import type { ClassNow, MyClass } from '../teaching-types.ts'
import { clock } from '../words.ts'
import { useChange } from './use-change.tsx'
import { useTap } from './use-tap.tsx'

interface Props {
  readonly group: ClassNow
  readonly data: MyClass
}

/** What a lesson may do to the web of its class, each until the bell. */
export function LessonTools(props: Props) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }} component="section" aria-label="Until the bell">
      <OpenSite {...props} />
      <OpenPack {...props} />
      <Focus {...props} />
      <Pause {...props} />
    </SimpleGrid>
  )
}

interface Wanted {
  readonly sites?: readonly string[]
  readonly pack?: string | null
  readonly focus?: readonly string[] | null
}

/** The desk's edit: for this class, from now until the bell. */
function useLesson({ group, data }: Props) {
  const me = useMe()
  const teaches = group.teachers.some(({ ref }) => ref === me.personRef)
  const teacher = teaches ? me.personRef : (group.teachers[0]?.ref ?? me.personRef)
  return ({ sites = [], pack = null, focus = null }: Wanted): object => ({
    kind: 'lesson.put',
    objectId: `l${data.headSeq + 1}`,
    after: {
      ...{ class: group.class, teacher, pack, sites, focus },
      ...{ from: new Date(gateNow()).toISOString(), to: group.until },
    },
  })
}

function OpenSite({ group, data }: Props) {
  const lesson = useLesson({ group, data })
  const { change, dialog } = useChange('my-class')
  const form = useForm({
    initialValues: { site: '' },
    validate: { site: (site) => (hostsIn(site).length === 1 ? null : NAME_ONE) },
  })
  return (
    <Card withBorder>
      <form
        onSubmit={form.onSubmit(({ site }) => {
          const sites = hostsIn(site)
          change({
            title: 'Open for this class',
            about: `${sites.join(', ')} for ${group.class}, until the bell at ${clock(group.until)}. A site that no pack has waits for the safeguarding lead.`,
            basedOn: data.headSeq,
            edit: () => lesson({ sites }),
          })
        })}
      >
        <Tool title="Open one site">
          <TextInput
            label="Site to open"
            placeholder="geogebra.org"
            {...form.getInputProps('site')}
          />
          <Button type="submit">Open until the bell</Button>
        </Tool>
      </form>
      {dialog}
    </Card>
  )
}

function OpenPack({ group, data }: Props) {
  const lesson = useLesson({ group, data })
  const tap = useTap('my-class')
  const form = useForm({
    initialValues: { pack: null as string | null },
    validate: { pack: (pack) => (pack === null ? 'Choose a pack' : null) },
  })
  return (
    <Card withBorder>
      <form
        onSubmit={form.onSubmit(({ pack }) => {
          tap.mutate({
            title: 'Pack opened',
            reason: `lesson of ${group.class}: the pack ${pack ?? ''} until the bell`,
            basedOn: data.headSeq,
            edit: lesson({ pack }),
          })
        })}
      >
        <Tool title="Open a lesson pack">
          <Select
            label="Pack"
            placeholder={data.packs.length === 0 ? 'Leaders have agreed to none yet' : 'Film'}
            data={data.packs.map(({ id, label }) => ({ value: id, label }))}
            {...form.getInputProps('pack')}
          />
          <Button type="submit" loading={tap.isPending}>
            Open the pack
          </Button>
        </Tool>
      </form>
    </Card>
  )
}

function Focus({ group, data }: Props) {
  const lesson = useLesson({ group, data })
  const tap = useTap('my-class')
  const form = useForm({
    initialValues: { focus: '' },
    validate: { focus: (text) => (hostsIn(text).length > 0 ? null : NAME_SOME) },
  })
  return (
    <Card withBorder>
      <form
        onSubmit={form.onSubmit(({ focus }) => {
          tap.mutate({
            title: 'Only these sites',
            reason: `lesson of ${group.class}: held to a focus list until the bell`,
            basedOn: data.headSeq,
            edit: lesson({ focus: hostsIn(focus) }),
          })
        })}
      >
        <Tool title="Only these sites">
          <TextInput
            label="Focus list"
            placeholder="bbc.co.uk, geogebra.org"
            {...form.getInputProps('focus')}
          />
          <Button type="submit" loading={tap.isPending} variant="default">
            Only these sites
          </Button>
        </Tool>
      </form>
    </Card>
  )
}

function Pause({ group, data }: Props) {
  const lesson = useLesson({ group, data })
  const tap = useTap('my-class')
  return (
    <Card withBorder>
      <Tool title="Pause the web">
        <Text c="dimmed" size="sm" style={{ flexGrow: 1 }}>
          Eyes to the front: nothing but help lines and the school’s own systems.
        </Text>
        <Button
          variant="default"
          loading={tap.isPending}
          onClick={() => {
            tap.mutate({
              title: 'Paused',
              reason: `lesson of ${group.class}: the web is paused until the bell`,
              basedOn: data.headSeq,
              edit: lesson({ focus: [] }),
            })
          }}
        >
          Pause until the bell
        </Button>
      </Tool>
    </Card>
  )
}

function Tool({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Stack gap="sm" h="100%" justify="space-between">
      <Title order={3} fz="md">
        {title}
      </Title>
      {children}
    </Stack>
  )
}

const NAME_ONE = 'One host name, as in geogebra.org'
const NAME_SOME = 'Host names with commas between them'

/** Host names as somebody pastes them: an address loses all but its host. */
function hostsIn(text: string): readonly string[] {
  const words = text.toLowerCase().split(/[\s,;]+/)
  const hosts = words.map((word) => word.replace(/^https?:\/\//, '').replace(/[/?#].*$/, ''))
  return hosts.filter((host) => /^(service:[\w-]+|[^\s:]+\.[^\s:.]+)$/.test(host))
}
