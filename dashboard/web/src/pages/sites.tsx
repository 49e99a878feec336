import {
  Button,
  Card,
  Group,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Table,
  TextInput,
  Title,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { gateNow, read } from '../api.ts'
import { ActionBadge } from '../parts/badges.tsx'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { useChange } from '../parts/use-change.tsx'
import { WideTable } from '../parts/wide-table.tsx'
import type { SiteRow } from '../types.ts'
import { when } from '../words.ts'

interface SitesAnswer {
  readonly headSeq: number
  readonly sites: readonly SiteRow[]
  readonly corrections: readonly {
    readonly id: string
    readonly host: string
    readonly remove: string | null
    readonly add: string | null
    readonly because: string
  }[]
  readonly emergencyBlocks: readonly { readonly id: string; readonly hosts: readonly string[] }[]
}

export function Sites() {
  const sites = useQuery({ queryKey: ['sites'], queryFn: () => read<SitesAnswer>('/api/sites') })
  const { change, dialog } = useChange('sites')
  const submit = (title: string, about: string, edit: object): void => {
    const basedOn = sites.data?.headSeq ?? 0
    change({ title, about, basedOn, edit: (reason) => withBecause(edit, reason) })
  }
  return (
    <Page
      title="Sites"
      about="Opened or closed for a while, beside the policy. Closing holds at once; opening waits for the safeguarding lead."
    >
      <NewSite onSubmit={submit} headSeq={sites.data?.headSeq ?? 0} />
      <Loaded query={sites}>
        {(data) => (
          <Stack gap="xl">
            <Overrides rows={data.sites} onSubmit={submit} />
            <Stack component="section" aria-label="Corrections of lists">
              <Title order={2}>Corrections of lists</Title>
              {data.corrections.length === 0 && <Nothing>No list is corrected.</Nothing>}
              {data.corrections.map(({ id, host, remove, add, because }) => (
                <Card key={id} withBorder padding="sm" className="breakable">
                  {host}:{' '}
                  {[remove && `not ${remove}`, add && `in ${add}`].filter(Boolean).join(', ')}.{' '}
                  {because}
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

/** What a block page says is the reason that was typed. */
function withBecause(edit: object, reason: string): object {
  const { after } = edit as { after: object | null }
  return after === null ? edit : { ...edit, after: { ...after, because: reason } }
}

type Submit = (title: string, about: string, edit: object) => void

function Overrides({
  rows,
  onSubmit,
}: {
  readonly rows: readonly SiteRow[]
  readonly onSubmit: Submit
}) {
  return (
    <Stack component="section" aria-label="For a while">
      <Title order={2}>For a while</Title>
      {rows.length === 0 ? (
        <Nothing>No site is opened or closed beside the policy.</Nothing>
      ) : (
        <WideTable minWidth={640} label="Site overrides">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Sites</Table.Th>
              <Table.Th>What</Table.Th>
              <Table.Th>Until</Table.Th>
              <Table.Th>Why</Table.Th>
              <Table.Th>End</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.id}>
                <Table.Td className="breakable">{row.hosts.join(', ')}</Table.Td>
                <Table.Td>
                  <ActionBadge action={row.action} />
                </Table.Td>
                <Table.Td>{when(row.to)}</Table.Td>
                <Table.Td className="breakable">{row.because}</Table.Td>
                <Table.Td>
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={`End ${row.hosts.join(', ')}`}
                    onClick={() => {
                      const edit = { kind: 'site.remove', objectId: row.id, after: null }
                      onSubmit('End it now', row.hosts.join(', '), edit)
                    }}
                  >
                    End
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      )}
    </Stack>
  )
}

const HOUR_MS = 3_600_000

function NewSite({ onSubmit, headSeq }: { readonly onSubmit: Submit; readonly headSeq: number }) {
  const form = useForm({
    initialValues: { action: 'block', host: '', hours: '24' },
    validate: {
      host: (host) =>
        /^[^\s/]+\.[^\s/]+$/.test(host.trim()) ? null : 'A host name, as in games.example.com',
      hours: (hours) => (/^\d{1,4}$/.test(hours) && Number(hours) > 0 ? null : 'A number of hours'),
    },
  })
  return (
    <Card withBorder>
      <form
        onSubmit={form.onSubmit(({ action, host, hours }) => {
          const from = gateNow()
          const to = from + Number(hours) * HOUR_MS
          const after = {
            ...{ action, hosts: [host.trim().toLowerCase()], profiles: null, because: '' },
            ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
          }
          const title = action === 'block' ? 'Close the site' : 'Open the site'
          onSubmit(title, `${host}, until ${when(to)}`, {
            kind: 'site.put',
            objectId: `s${headSeq + 1}`,
            after,
          })
        })}
      >
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          <TextInput
            label="Host name"
            placeholder="games.example.com"
            required
            {...form.getInputProps('host')}
          />
          <TextInput
            label="For how many hours"
            inputMode="numeric"
            required
            {...form.getInputProps('hours')}
          />
          <Group align="flex-end">
            <SegmentedControl
              aria-label="Close or open"
              data={[
                { value: 'block', label: 'Close' },
                { value: 'allow', label: 'Open' },
              ]}
              {...form.getInputProps('action')}
            />
          </Group>
          <Group align="flex-end">
            <Button type="submit">Go on</Button>
          </Group>
        </SimpleGrid>
      </form>
    </Card>
  )
}
