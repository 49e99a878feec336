import {
  Badge,
  Button,
  Card,
  Collapse,
  Group,
  List,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, gateNow, read } from '../api.ts'
import { DirectionBadge } from '../parts/badges.tsx'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { tellOutcome } from '../parts/tell.ts'
import { useReasonDialog } from '../parts/use-reason-dialog.tsx'
import type { Asked } from '../parts/reason-dialog.tsx'
import { hasDuty, useMe } from '../session.tsx'
import type { Changes, Outcome, ProposalDetail, Queued, Waiting } from '../types.ts'
import { when } from '../words.ts'

/** The review queue: what waits for a second person, then what is in force and nobody else has looked at. */
export function ChangesPage() {
  const changes = useQuery({ queryKey: ['changes'], queryFn: () => read<Changes>('/api/changes') })
  const { openDialog, dialog } = useReasonDialog()
  return (
    <Page
      title="Waiting for you"
      about="What opens anything for pupils waits here for a second person. Everything else is looked at afterwards."
    >
      <Loaded query={changes}>
        {({ waiting, queue }) => (
          <Stack gap="xl">
            <Stack component="section" aria-label="Waiting for a second person">
              <Title order={2}>Waiting for a second person</Title>
              {waiting.length === 0 && <Nothing>Nothing waits for anybody.</Nothing>}
              {waiting.map((change) => (
                <WaitingCard key={change.id} change={change} onAsk={openDialog} />
              ))}
            </Stack>
            <Stack component="section" aria-label="In force, not reviewed">
              <Title order={2}>In force, not reviewed</Title>
              {queue.length === 0 && <Nothing>Every change has been looked at.</Nothing>}
              {queue.slice(0, SHOWN).map((entry) => (
                <QueuedCard key={entry.seq} entry={entry} onAsk={openDialog} />
              ))}
              {queue.length > SHOWN && <Text c="dimmed">and {queue.length - SHOWN} more</Text>}
            </Stack>
          </Stack>
        )}
      </Loaded>
      {dialog}
    </Page>
  )
}

/** A founding import leaves hundreds; nobody reads so many cards. */
const SHOWN = 50

function useRefresh(): () => Promise<void> {
  const client = useQueryClient()
  return async () => {
    await client.invalidateQueries({ queryKey: ['changes'] })
    await client.invalidateQueries({ queryKey: ['overview'] })
  }
}

function WaitingCard({
  change,
  onAsk,
}: {
  readonly change: Waiting
  readonly onAsk: (asked: Asked) => void
}) {
  const me = useMe()
  const refresh = useRefresh()
  const [open, setOpen] = useState(false)
  const detail = useQuery({
    queryKey: ['changes', change.id],
    queryFn: () => read<ProposalDetail>(`/api/changes/${change.id}`),
    enabled: open,
  })
  const isMine = change.author === me.personRef
  const ask = (
    decision: 'approve' | 'refuse' | 'withdraw',
    title: string,
    button: string,
  ): void => {
    onAsk({
      title,
      about: change.reason,
      button,
      ...(decision === 'refuse' && { color: 'red' }),
      run: async (reason) => {
        await api<Outcome>('POST', `/api/changes/${change.id}/decision`, { decision, reason })
        await refresh()
      },
    })
  }
  return (
    <Card withBorder component="article">
      <Group justify="space-between" mb="xs">
        <Text fw={600}>
          {change.authorName ?? change.author}{' '}
          <Text span c="dimmed" fw={400}>
            {when(change.at)}
          </Text>
        </Text>
        <DirectionBadge direction={change.direction} />
      </Group>
      <Text className="breakable">{change.reason}</Text>
      <Group mt="md">
        <Button
          variant="default"
          size="compact-sm"
          aria-expanded={open}
          onClick={() => {
            setOpen(!open)
          }}
        >
          {open ? 'Hide what changes' : `Show what changes (${change.edits})`}
        </Button>
        {isMine ? (
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => {
              ask('withdraw', 'Withdraw your change', 'Withdraw')
            }}
          >
            Withdraw
          </Button>
        ) : (
          <>
            <Button
              size="compact-sm"
              onClick={() => {
                ask('approve', 'Approve this change', 'Approve')
              }}
            >
              Approve
            </Button>
            <Button
              variant="default"
              size="compact-sm"
              onClick={() => {
                ask('refuse', 'Refuse this change', 'Refuse')
              }}
            >
              Refuse
            </Button>
          </>
        )}
      </Group>
      <Collapse expanded={open}>
        {open && <Loaded query={detail}>{({ edits }) => <Edits edits={edits} />}</Loaded>}
      </Collapse>
    </Card>
  )
}

function Edits({ edits }: Pick<ProposalDetail, 'edits'>) {
  return (
    <Stack mt="md">
      {edits.map(({ kind, objectId, before, after, effects, affectedRoles }) => (
        <div key={`${kind} ${objectId}`}>
          <Text fw={600} className="breakable">
            {kind} {objectId}
          </Text>
          {affectedRoles.length > 0 && <Text c="dimmed">for {affectedRoles.join(', ')}</Text>}
          {effects.length > 0 ? (
            <List>
              {effects.map((effect) => (
                <List.Item key={effect} className="breakable">
                  {effect}
                </List.Item>
              ))}
            </List>
          ) : (
            <Difference before={before} after={after} />
          )}
        </div>
      ))}
    </Stack>
  )
}

/** Field by field what would be otherwise; a field that stays is not shown. */
function Difference({ before, after }: { readonly before: unknown; readonly after: unknown }) {
  if (after === null) return <Text>It would be taken away.</Text>
  const [was, is] = [fieldsOf(before), fieldsOf(after)]
  const changed = Object.keys(is).filter((field) => plain(was[field]) !== plain(is[field]))
  return (
    <Table variant="vertical" layout="fixed" mt="xs">
      <Table.Tbody>
        {changed.map((field) => (
          <Table.Tr key={field}>
            <Table.Th w={140} scope="row">
              {field}
            </Table.Th>
            <Table.Td className="breakable">
              {before !== null && <Text c="dimmed">before: {plain(was[field])}</Text>}
              {plain(is[field])}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {}
}

/** A value as people write it: a list with commas, a moment as a date. */
function plain(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(plain).join(', ')
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? when(value) : value
  return JSON.stringify(value)
}

function QueuedCard({
  entry,
  onAsk,
}: {
  readonly entry: Queued
  readonly onAsk: (asked: Asked) => void
}) {
  const me = useMe()
  const refresh = useRefresh()
  const isOverdue = entry.overdueAt !== null && Date.parse(entry.overdueAt) < gateNow()
  const ask = (result: 'reviewed' | 'query' | 'reject', title: string, button: string): void => {
    onAsk({
      ...{ title, button, about: entry.text, label: 'Your comment' },
      run: async (comment) => {
        await api<Outcome>('POST', '/api/reviews', {
          from: entry.seq,
          to: entry.seq,
          result,
          comment,
        })
        await refresh()
      },
    })
  }
  const undo = (): void => {
    onAsk({
      ...{ title: 'Roll this change back', button: 'Roll back', color: 'red' },
      about: `${entry.text}. What was before it is in force again, and nothing that came after it on the same thing is lost: then it is refused.`,
      run: async (reason) => {
        const { edit } = await read<{ edit: object }>(`/api/log/${entry.seq}/undo`)
        const body = { basedOn: entry.seq, reason, edits: [edit] }
        tellOutcome(await api<Outcome>('POST', '/api/changes', body), 'Rolled back')
        await refresh()
      },
    })
  }
  const mayUndo = hasDuty(me, 'network_manager', 'dsl', 'deputy_dsl', 'head', 'slt')
  const mayReview = hasDuty(me, 'dsl', 'deputy_dsl', 'head', 'slt') && entry.actor !== me.personRef
  return (
    <Card withBorder component="article" padding="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Text fw={600} className="breakable">
            {entry.actorName ?? entry.actor} {entry.text}{' '}
            <Text span c="dimmed" fw={400}>
              {when(entry.ts)}
            </Text>
          </Text>
          <Text className="breakable">{entry.reason}</Text>
        </div>
        <Group gap="xs" justify="flex-end">
          {isOverdue && (
            <Badge variant="filled" color="red.9">
              overdue
            </Badge>
          )}
          <DirectionBadge direction={entry.direction} />
        </Group>
      </Group>
      {entry.overdueAt !== null && !isOverdue && (
        <Text c="dimmed">to be looked at by {when(entry.overdueAt)}</Text>
      )}
      {entry.answer !== null && <Text c="dimmed">Answered with: {entry.answer}</Text>}
      {(mayReview || mayUndo) && (
        <Group mt="xs">
          {mayReview && (
            <>
              <Button
                size="compact-sm"
                onClick={() => {
                  ask('reviewed', 'You have looked at this change', 'Reviewed')
                }}
              >
                Reviewed
              </Button>
              <Button
                variant="default"
                size="compact-sm"
                onClick={() => {
                  ask('query', 'Ask about this change', 'Ask')
                }}
              >
                Query
              </Button>
              <Button
                variant="default"
                size="compact-sm"
                onClick={() => {
                  ask('reject', 'Say no to this change', 'Say no')
                }}
              >
                Reject
              </Button>
            </>
          )}
          {mayUndo && (
            <Button
              variant="default"
              size="compact-sm"
              aria-label={`Roll back entry ${entry.seq}`}
              onClick={undo}
            >
              Roll back
            </Button>
          )}
        </Group>
      )}
    </Card>
  )
}
