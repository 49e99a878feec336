import { Button, Card, Code, Collapse, Group, List, Stack, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read } from '../api.ts'
import { DirectionBadge } from '../parts/badges.tsx'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { ReasonDialog, type Asked } from '../parts/reason-dialog.tsx'
import { hasDuty, useMe } from '../session.tsx'
import type { Changes, Outcome, ProposalDetail, Queued, Waiting } from '../types.ts'
import { when } from '../words.ts'

/** The review queue: what waits for a second person, then what is in force and nobody else has looked at. */
export function ChangesPage() {
  const changes = useQuery({ queryKey: ['changes'], queryFn: () => read<Changes>('/api/changes') })
  const [asked, setAsked] = useState<Asked | null>(null)
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
                <WaitingCard key={change.id} change={change} onAsk={setAsked} />
              ))}
            </Stack>
            <Stack component="section" aria-label="In force, not reviewed">
              <Title order={2}>In force, not reviewed</Title>
              {queue.length === 0 && <Nothing>Every change has been looked at.</Nothing>}
              {queue.slice(0, SHOWN).map((entry) => (
                <QueuedCard key={entry.seq} entry={entry} onAsk={setAsked} />
              ))}
              {queue.length > SHOWN && <Text c="dimmed">and {queue.length - SHOWN} more</Text>}
            </Stack>
          </Stack>
        )}
      </Loaded>
      <ReasonDialog
        asked={asked}
        onClose={() => {
          setAsked(null)
        }}
      />
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
            <Stack gap={4}>
              {before !== null && (
                <Code block className="breakable">
                  before {JSON.stringify(before, null, 1)}
                </Code>
              )}
              <Code block className="breakable">
                after {JSON.stringify(after, null, 1)}
              </Code>
            </Stack>
          )}
        </div>
      ))}
    </Stack>
  )
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
        <DirectionBadge direction={entry.direction} />
      </Group>
      {entry.answer !== null && <Text c="dimmed">Answered with: {entry.answer}</Text>}
      {mayReview && (
        <Group mt="xs">
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
        </Group>
      )}
    </Card>
  )
}
