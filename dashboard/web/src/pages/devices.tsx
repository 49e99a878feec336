import { Button, Group, Table, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { read } from '../api.ts'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { useChange } from '../parts/use-change.tsx'
import { WideTable } from '../parts/wide-table.tsx'
import { hasDuty, useMe } from '../session.tsx'
import type { DeviceList, DeviceRow } from '../types.ts'

const TYPING_MS = 250

export function Devices() {
  const [text, setText] = useState('')
  const [wanted] = useDebouncedValue(text, TYPING_MS)
  const devices = useQuery({
    queryKey: ['devices', wanted],
    queryFn: () => read<DeviceList>(`/api/devices?text=${encodeURIComponent(wanted)}`),
    placeholderData: (before) => before,
  })
  const { change, dialog } = useChange('devices')
  const setState = (
    { name, ...device }: DeviceRow,
    state: string,
    title: string,
    basedOn: number,
  ): void => {
    change({
      ...{ title, basedOn, color: state === 'approved' ? undefined : 'red' },
      about: `${device.id}${name === null ? '' : `, of ${name}`}`,
      edit: () => ({ kind: 'device.put', objectId: device.id, after: { ...device, state } }),
    })
  }
  return (
    <Page
      title="Devices"
      about="The register. A lost device is cut off within seconds, and the alert tells when it shows up."
    >
      <TextInput
        label="Find"
        placeholder="a device, a person, a state"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
        }}
        maw={360}
      />
      <Loaded query={devices}>
        {({ devices: rows, total, headSeq }) => (
          <>
            <WideTable minWidth={720} label="Devices">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Device</Table.Th>
                  <Table.Th>Whose</Table.Th>
                  <Table.Th>Kind</Table.Th>
                  <Table.Th>State</Table.Th>
                  <Table.Th>Posture</Table.Th>
                  <Table.Th>
                    <Text span size="sm" fw={700}>
                      What you can do
                    </Text>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((device) => (
                  <Table.Tr key={device.id}>
                    <Table.Td className="breakable">{device.id}</Table.Td>
                    <Table.Td>
                      {device.name ?? 'nobody'}
                      <Text size="xs" c="dimmed">
                        {device.role}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      {device.ownership} {device.type}
                    </Table.Td>
                    <Table.Td>{device.state}</Table.Td>
                    <Table.Td>{device.posture}</Table.Td>
                    <Table.Td>
                      <Actions
                        device={device}
                        onState={(state, title) => {
                          setState(device, state, title, headSeq)
                        }}
                      />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </WideTable>
            {rows.length === 0 && <Nothing>No device fits.</Nothing>}
            {total > rows.length && (
              <Text c="dimmed">{total - rows.length} more: type a longer word.</Text>
            )}
          </>
        )}
      </Loaded>
      {dialog}
    </Page>
  )
}

function Actions({
  device,
  onState,
}: {
  readonly device: DeviceRow
  readonly onState: (state: string, title: string) => void
}) {
  const me = useMe()
  const isRunning = device.state === 'approved' || device.state === 'quarantine'
  return (
    <Group gap="xs" wrap="nowrap">
      {isRunning && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Report ${device.id} lost`}
          onClick={() => {
            onState('lost', 'Report lost')
          }}
        >
          Lost
        </Button>
      )}
      {isRunning && !hasDuty(me, 'reception') && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Suspend ${device.id}`}
          onClick={() => {
            onState('suspended', 'Suspend')
          }}
        >
          Suspend
        </Button>
      )}
      {!isRunning && hasDuty(me, 'network_manager', 'it') && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Approve ${device.id}`}
          onClick={() => {
            onState('approved', 'Approve')
          }}
        >
          Approve
        </Button>
      )}
    </Group>
  )
}
