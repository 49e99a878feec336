import { Button, Card, Group, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, read } from '../api.ts'
import { SeverityBadge } from '../parts/badges.tsx'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { useReasonDialog } from '../parts/use-reason-dialog.tsx'
import type { AlertRow } from '../types.ts'
import { count, when } from '../words.ts'

export function Alerts() {
  const client = useQueryClient()
  const alerts = useQuery({
    queryKey: ['alerts'],
    queryFn: () => read<{ alerts: readonly AlertRow[] }>('/api/alerts'),
  })
  const { openDialog, dialog } = useReasonDialog()
  const acknowledge = (alert: AlertRow): void => {
    openDialog({
      title: 'You have seen this alert',
      about: alert.detail,
      label: 'What you do about it',
      button: 'Acknowledge',
      run: async (reason) => {
        await api('POST', `/api/alerts/${alert.id}/acknowledge`, { reason })
        await client.invalidateQueries({ queryKey: ['alerts'] })
      },
    })
  }
  return (
    <Page
      title="Alerts"
      about="For your duties, newest first. What nobody acknowledges passes to the next person after 30 minutes."
    >
      <Loaded query={alerts}>
        {({ alerts: rows }) => (
          <Stack>
            {rows.length === 0 && <Nothing>No alerts for you.</Nothing>}
            {rows.map((alert) => (
              <AlertCard key={alert.id} alert={alert} onAcknowledge={acknowledge} />
            ))}
          </Stack>
        )}
      </Loaded>
      {dialog}
    </Page>
  )
}

function AlertCard({
  alert,
  onAcknowledge,
}: {
  readonly alert: AlertRow
  readonly onAcknowledge: (alert: AlertRow) => void
}) {
  const who = alert.name ?? alert.personRef ?? alert.deviceId ?? 'The gate'
  return (
    <Card withBorder component="article" padding="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Text fw={600}>
            {who}{' '}
            <Text span c="dimmed" fw={400}>
              {when(alert.openedAt)}
              {alert.zone === null ? '' : `, ${alert.zone}`}
            </Text>
          </Text>
          <Text className="breakable">
            {alert.detail}
            {alert.count > 1 ? `, ${count(alert.count)} attempts` : ''}
          </Text>
          {alert.topic !== null && <Text c="dimmed">Explained by a teaching topic.</Text>}
          {alert.acknowledgedBy !== null && (
            <Text c="dimmed">
              Acknowledged by {alert.acknowledgedName ?? alert.acknowledgedBy}.
            </Text>
          )}
        </div>
        <SeverityBadge severity={alert.severity} />
      </Group>
      {alert.acknowledgedBy === null && (
        <Button
          mt="xs"
          size="compact-sm"
          onClick={() => {
            onAcknowledge(alert)
          }}
        >
          Acknowledge
        </Button>
      )}
    </Card>
  )
}
