import {
  Alert,
  Badge,
  Button,
  Card,
  Checkbox,
  Group,
  Modal,
  MultiSelect,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read } from '../api.ts'
import { Loaded, Page } from '../parts/page.tsx'
import { useReasonDialog } from '../parts/use-reason-dialog.tsx'
import { WideTable } from '../parts/wide-table.tsx'
import { Fault } from '../parts/sign-in-form.tsx'
import { tellOutcome } from '../parts/tell.ts'
import { hasDuty, useMe } from '../session.tsx'
import type { AccountRow, Duty, Outcome, Person } from '../types.ts'
import { DUTY_NAMES, when } from '../words.ts'

export function Accounts() {
  const me = useMe()
  const accounts = useQuery({
    queryKey: ['accounts'],
    queryFn: () => read<{ accounts: readonly AccountRow[] }>('/api/accounts'),
  })
  const people = useQuery({
    queryKey: ['people', 'staff'],
    queryFn: () => read<{ people: readonly Person[] }>('/api/people?role=staff'),
  })
  const [invitation, setInvitation] = useState<string | null>(null)
  const isHead = hasDuty(me, 'head', 'slt')
  const mayInvite = isHead || hasDuty(me, 'it', 'network_manager')
  return (
    <Page
      title="People and duties"
      about="Who may do what. The head gives duties; a duty that ends, ends with the next click."
    >
      {isHead && <Appoint people={people.data?.people ?? []} />}
      {mayInvite && <Invite people={people.data?.people ?? []} onInvited={setInvitation} />}
      <Loaded query={accounts}>
        {({ accounts: rows }) => (
          <WideTable minWidth={680} label="People and duties">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Who</Table.Th>
                <Table.Th>Duties</Table.Th>
                <Table.Th>Signs in as</Table.Th>
                <Table.Th>Second factor</Table.Th>
                <Table.Th>Last signed in</Table.Th>
                {mayInvite && <Table.Th>Reset</Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Table.Tr key={row.personRef}>
                  <Table.Td>{row.name ?? row.personRef}</Table.Td>
                  <Table.Td>
                    <Group gap={4}>
                      {row.duties.map((duty) => (
                        <Badge
                          key={duty}
                          variant="outline"
                          color="gray"
                          styles={{ label: { color: 'var(--mantine-color-text)' } }}
                        >
                          {DUTY_NAMES[duty]}
                        </Badge>
                      ))}
                      {row.wfm && <Text size="xs">filtering status</Text>}
                      {row.absent && <Text size="xs">away</Text>}
                      {row.disabled && <Text size="xs">account disabled</Text>}
                    </Group>
                  </Table.Td>
                  <Table.Td>{row.login ?? 'no account'}</Table.Td>
                  <Table.Td>{row.secondFactor ? 'yes' : 'no'}</Table.Td>
                  <Table.Td>{row.invited ? 'invited' : when(row.signedInAt)}</Table.Td>
                  {mayInvite && (
                    <Table.Td>
                      {row.login !== null && row.login !== me.login && (
                        <Reset login={row.login} onInvited={setInvitation} />
                      )}
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </WideTable>
        )}
      </Loaded>
      <Modal
        opened={invitation !== null}
        onClose={() => {
          setInvitation(null)
        }}
        title="Invitation"
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Alert color="indigo" variant="light">
          <Text>
            Hand this code over yourself. It is shown once, and is good once, for three days.
          </Text>
          <Text fz={24} fw={700} ff="monospace">
            {invitation}
          </Text>
        </Alert>
      </Modal>
    </Page>
  )
}

interface InviteProps {
  readonly people: readonly Person[]
  readonly onInvited: (code: string) => void
}

function Invite({ people, onInvited }: InviteProps) {
  const client = useQueryClient()
  const form = useForm({
    initialValues: { personRef: null as string | null, login: '' },
    validate: { personRef: (ref) => (ref === null ? 'Whose account?' : null) },
  })
  const send = useMutation({
    mutationFn: (values: typeof form.values) =>
      api<{ invitation: string }>('POST', '/api/accounts', values),
    onSuccess: async ({ invitation }) => {
      form.reset()
      onInvited(invitation)
      await client.invalidateQueries({ queryKey: ['accounts'] })
    },
  })
  return (
    <Card withBorder component="section" aria-label="New account">
      <Title order={2} mb="sm">
        New account
      </Title>
      <form
        onSubmit={form.onSubmit((values) => {
          send.mutate(values)
        })}
      >
        <Stack>
          <Group align="flex-end">
            <Select
              label="For"
              data={optionsOf(people)}
              searchable
              {...form.getInputProps('personRef')}
            />
            <TextInput label="Name to sign in with" required {...form.getInputProps('login')} />
            <Button type="submit" loading={send.isPending}>
              Invite
            </Button>
          </Group>
          <Fault error={send.error} />
        </Stack>
      </form>
    </Card>
  )
}

function Reset({
  login,
  onInvited,
}: {
  readonly login: string
  readonly onInvited: (code: string) => void
}) {
  const client = useQueryClient()
  const send = useMutation({
    mutationFn: () =>
      api<{ invitation: string }>('POST', `/api/accounts/${encodeURIComponent(login)}/reset`),
    onSuccess: async ({ invitation }) => {
      onInvited(invitation)
      await client.invalidateQueries({ queryKey: ['accounts'] })
    },
  })
  return (
    <Button
      size="compact-xs"
      variant="default"
      aria-label={`Reset ${login}`}
      loading={send.isPending}
      onClick={() => {
        send.mutate()
      }}
    >
      Reset
    </Button>
  )
}

function Appoint({ people }: { readonly people: readonly Person[] }) {
  const client = useQueryClient()
  const form = useForm({
    initialValues: { personRef: null as string | null, duties: [] as string[], wfm: false },
    validate: { personRef: (ref) => (ref === null ? 'Whom?' : null) },
  })
  const { openDialog, dialog } = useReasonDialog()
  const ask = (values: typeof form.values): void => {
    const who = people.find(({ ref }) => ref === values.personRef)?.name ?? values.personRef ?? ''
    const names = values.duties.map((duty) => DUTY_NAMES[duty as Duty]).join(', ')
    openDialog({
      title: 'Give duties',
      about: `${who}: ${names === '' ? 'no duty any more' : names}`,
      button: 'Give',
      run: async (reason) => {
        const { headSeq: basedOn } = await read<{ headSeq: number }>('/api/changes')
        const roles = values.duties.map((role) => ({ role, from: null, to: null }))
        const after = { roles, wfm: values.wfm, disabled: false, absent: [] }
        const edits = [{ kind: 'role.put', objectId: values.personRef ?? '', after }]
        tellOutcome(
          await api<Outcome>('POST', '/api/changes', { basedOn, reason, edits }),
          'Duties',
        )
        form.reset()
        await client.invalidateQueries({ queryKey: ['accounts'] })
      },
    })
  }
  return (
    <Card withBorder component="section" aria-label="Duties">
      <Title order={2} mb="sm">
        Duties
      </Title>
      <form onSubmit={form.onSubmit(ask)}>
        <Group align="flex-end">
          <Select
            label="Person"
            data={optionsOf(people)}
            searchable
            {...form.getInputProps('personRef')}
          />
          <MultiSelect
            label="All duties from now on"
            data={Object.entries(DUTY_NAMES).map(([value, label]) => ({ value, label }))}
            miw={260}
            {...form.getInputProps('duties')}
          />
          <Checkbox
            label="Filtering status"
            mb={8}
            {...form.getInputProps('wfm', { type: 'checkbox' })}
          />
          <Button type="submit">Go on</Button>
        </Group>
      </form>
      {dialog}
    </Card>
  )
}

function optionsOf(people: readonly Person[]) {
  return people.map(({ ref, name }) => ({ value: ref, label: name ?? ref }))
}
