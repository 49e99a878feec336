import { Button, Card, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read } from '../api.ts'
import { NarrowDialog } from '../parts/narrow-dialog.tsx'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { tellOutcome } from '../parts/tell.ts'
import { useChange } from '../parts/use-change.tsx'
import { useReasonDialog } from '../parts/use-reason-dialog.tsx'
import { WideTable } from '../parts/wide-table.tsx'
import { hasDuty, useMe } from '../session.tsx'
import type { AskedGrant, GrantRow, Grants as Answer, Outcome } from '../types.ts'
import { GRANT_NAMES, when } from '../words.ts'

export function Grants() {
  const grants = useQuery({ queryKey: ['grants'], queryFn: () => read<Answer>('/api/permissions') })
  return (
    <Page
      title="Permissions"
      about="What one person, device or class may do for a while, and who may end it."
    >
      <Loaded query={grants}>
        {(data) => (
          <Stack gap="xl">
            <Stack component="section" aria-label="Asked for">
              <Title order={2}>Asked for</Title>
              {data.asked.length === 0 && <Nothing>Nobody waits for a permission.</Nothing>}
              {data.asked.map((one) => (
                <AskedCard key={one.id} asked={one} />
              ))}
            </Stack>
            <InForce data={data} />
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}

const APPROVERS: Readonly<Record<string, string>> = {
  dsl: 'The safeguarding lead agrees.',
  head: 'The head or a senior leader agrees.',
  headteacher: 'The head agrees.',
  head_and_dsl: 'The head and the safeguarding lead agree together.',
}

function AskedCard({ asked }: { readonly asked: AskedGrant }) {
  const me = useMe()
  const client = useQueryClient()
  const { openDialog, dialog } = useReasonDialog()
  const [isNarrowing, setNarrowing] = useState(false)
  const refresh = async (outcome: Outcome, title: string): Promise<void> => {
    tellOutcome(outcome, title)
    await client.invalidateQueries({ queryKey: ['grants'] })
    await client.invalidateQueries({ queryKey: ['overview'] })
  }
  const decide = (decision: 'approve' | 'refuse', title: string): void => {
    openDialog({
      ...{ title, button: title, about: `${whomOf(asked.grant)}: ${wordsOf(asked.grant)}` },
      ...(decision === 'refuse' && { color: 'red' }),
      run: async (reason) => {
        const url = `/api/changes/${asked.id}/decision`
        await refresh(await api<Outcome>('POST', url, { decision, reason }), title)
      },
    })
  }
  const mayDecide = asked.author !== me.personRef && hasDuty(me, 'dsl', 'deputy_dsl', 'head', 'slt')
  return (
    <Card withBorder component="article" padding="sm">
      <Text fw={600} className="breakable">
        {whomOf(asked.grant)}: {wordsOf(asked.grant)}
      </Text>
      <Text>
        {when(asked.grant.from)} to {when(asked.grant.to)}
        {asked.grant.zones.length > 0 && `, in ${asked.grant.zones.join(', ')}`}
      </Text>
      <Text c="dimmed" className="breakable">
        {asked.authorName ?? asked.author}, {when(asked.at)}: {asked.reason}{' '}
        {APPROVERS[asked.approvers]}
      </Text>
      {mayDecide && (
        <Group mt="sm" gap="xs">
          <Button
            size="compact-sm"
            onClick={() => {
              decide('approve', 'Agree')
            }}
          >
            Agree
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              setNarrowing(true)
            }}
          >
            Agree to less
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              decide('refuse', 'Refuse')
            }}
          >
            Refuse
          </Button>
        </Group>
      )}
      {dialog}
      {isNarrowing && (
        <NarrowDialog
          asked={asked}
          onDone={refresh}
          onClose={() => {
            setNarrowing(false)
          }}
        />
      )}
    </Card>
  )
}

function InForce({ data: { grants, headSeq } }: { readonly data: Answer }) {
  const me = useMe()
  const { change, dialog } = useChange('grants')
  const revoke = (grant: GrantRow): void => {
    change({
      ...{ title: 'Revoke', color: 'red', basedOn: headSeq },
      about: `${wordsOf(grant)}. It ends within seconds, and open connections are cut.`,
      edit: () => ({ kind: 'grant.revoke', objectId: grant.id, after: null }),
    })
  }
  const mayRevoke = hasDuty(me, 'dsl', 'deputy_dsl', 'head', 'slt')
  return (
    <Stack component="section" aria-label="In force">
      <Title order={2}>In force</Title>
      {grants.length === 0 ? (
        <Nothing>Nobody has a permission of his own.</Nothing>
      ) : (
        <WideTable minWidth={640} label="Permissions">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Whom</Table.Th>
              <Table.Th>What</Table.Th>
              <Table.Th>From</Table.Th>
              <Table.Th>Until</Table.Th>
              {mayRevoke && <Table.Th>End</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {grants.map((grant) => (
              <Table.Tr key={grant.id}>
                <Table.Td>{whomOf(grant)}</Table.Td>
                <Table.Td className="breakable">{wordsOf(grant)}</Table.Td>
                <Table.Td>{when(grant.from)}</Table.Td>
                <Table.Td>{when(grant.to)}</Table.Td>
                {mayRevoke && (
                  <Table.Td>
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={`Revoke ${grant.id}`}
                      onClick={() => {
                        revoke(grant)
                      }}
                    >
                      Revoke
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      )}
      {dialog}
    </Stack>
  )
}

function whomOf(grant: Omit<GrantRow, 'id'>): string {
  return grant.name ?? grant.device ?? grant.class ?? grant.person ?? 'nobody'
}

function wordsOf({ type, profile, sites, categories }: Omit<GrantRow, 'id'>): string {
  const what = [profile === null ? null : `profile ${profile}`, ...sites, ...categories].filter(
    Boolean,
  )
  const name = GRANT_NAMES[type] ?? type.replaceAll('_', ' ')
  return `${name}${what.length === 0 ? '' : `: ${what.join(', ')}`}`
}
