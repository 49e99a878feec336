import { Alert, Button, Group, Table, Text } from '@mantine/core'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { api, read } from '../api.ts'
import { DirectionBadge } from '../parts/badges.tsx'
import { Nothing, Page } from '../parts/page.tsx'
import { WideTable } from '../parts/wide-table.tsx'
import { Fault } from '../parts/sign-in-form.tsx'
import type { LogEntry } from '../types.ts'
import { when } from '../words.ts'

interface LogPageOf {
  readonly entries: readonly LogEntry[]
  readonly before: number | null
}

interface Verification {
  readonly ok: boolean
  readonly head?: { readonly seq: number }
  readonly fault?: { readonly seq: number; readonly message: string }
}

export function LogPage() {
  const log = useInfiniteQuery({
    queryKey: ['log'],
    queryFn: ({ pageParam }) =>
      read<LogPageOf>(`/api/log${pageParam === null ? '' : `?before=${pageParam}`}`),
    initialPageParam: null as number | null,
    getNextPageParam: ({ before }) => before,
  })
  const verify = useMutation({ mutationFn: () => api<Verification>('POST', '/api/log/verify') })
  const entries = log.data?.pages.flatMap((page) => page.entries) ?? []
  return (
    <Page
      title="Change log"
      about="Everything that people have decided, newest first. An entry cannot be changed or taken out unseen."
      actions={
        <Button
          variant="default"
          loading={verify.isPending}
          onClick={() => {
            verify.mutate()
          }}
        >
          Verify the chain
        </Button>
      }
    >
      {verify.data !== undefined && <Result result={verify.data} />}
      <Fault error={verify.error ?? log.error} />
      <WideTable minWidth={560} label="Change log">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>What</Table.Th>
            <Table.Th>Direction</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map(({ seq, ts, actor, actorName, text, reason, direction, isUnreviewed }) => (
            <Table.Tr key={seq}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>{when(ts)}</Table.Td>
              <Table.Td>{actorName ?? actor}</Table.Td>
              <Table.Td className="breakable">
                {text}
                {isUnreviewed ? ' (not reviewed)' : ''}
                <Text size="xs" c="dimmed">
                  {reason}
                </Text>
              </Table.Td>
              <Table.Td>
                <DirectionBadge direction={direction} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
      {entries.length === 0 && !log.isPending && <Nothing>No entries yet.</Nothing>}
      {log.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            loading={log.isFetchingNextPage}
            onClick={() => void log.fetchNextPage()}
          >
            Older entries
          </Button>
        </Group>
      )}
    </Page>
  )
}

function Result({ result }: { readonly result: Verification }) {
  return result.ok ? (
    <Alert color="teal" role="status">
      The chain is whole: all {result.head?.seq} entries are as they were written, in order, and
      none is missing.
    </Alert>
  ) : (
    <Alert color="red" role="alert" title="The chain is broken" className="breakable">
      At entry {result.fault?.seq}: {result.fault?.message}. Keep the files as they are and tell the
      head.
    </Alert>
  )
}
