import {
  Badge,
  Button,
  Card,
  Group,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { read } from '../api.ts'
import { ExamDay } from '../parts/exam-day.tsx'
import { FireDrill } from '../parts/fire-drill.tsx'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { useChange } from '../parts/use-change.tsx'
import { hasDuty, useMe } from '../session.tsx'
import type { DeviceList, DeviceRow } from '../types.ts'
import { DEVICE_STATES } from '../words.ts'

const TYPING_MS = 250
const MIN_LETTERS = 2

/** What happens at a counter: phones that are lost, taken in or handed back, a fire drill, who sits what today. */
export function FrontDesk() {
  return (
    <Page title="Front desk" about="Phones, fire drills and the exams of the day.">
      <FireDrill />
      <Phones />
      <ExamDay />
    </Page>
  )
}

function Phones() {
  const [text, setText] = useState('')
  const [wanted] = useDebouncedValue(text.trim(), TYPING_MS)
  const devices = useQuery({
    queryKey: ['devices', wanted],
    queryFn: () => read<DeviceList>(`/api/devices?text=${encodeURIComponent(wanted)}`),
    enabled: wanted.length >= MIN_LETTERS,
    placeholderData: (before) => before,
  })
  return (
    <Stack component="section" aria-label="Phones">
      <Title order={2}>A phone is lost, taken in or handed back</Title>
      <TextInput
        label="Whose is it?"
        placeholder="Quillfeather"
        description="A name or a device. What is lost or taken in is off the network within seconds."
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
        }}
        maw={420}
      />
      {wanted.length >= MIN_LETTERS && (
        <Loaded query={devices}>
          {({ devices: rows, total, headSeq }) => (
            <>
              {rows.length === 0 && (
                <Nothing>
                  Nobody of that name has a device in the register. A phone that is not in it gets
                  nowhere as it is.
                </Nothing>
              )}
              <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
                {rows.slice(0, SHOWN).map((device) => (
                  <Phone key={device.id} device={device} headSeq={headSeq} />
                ))}
              </SimpleGrid>
              {total > SHOWN && (
                <Text c="dimmed">{total - SHOWN} more: type more of the name.</Text>
              )}
            </>
          )}
        </Loaded>
      )}
    </Stack>
  )
}

/** More is not read at a counter. */
const SHOWN = 12

interface Move {
  readonly state: string
  readonly label: string
  readonly title: string
  readonly about: string
}

const LOST: Move = {
  ...{ state: 'lost', label: 'Lost', title: 'Report it lost' },
  about: 'It is cut off, and an alert tells when it shows up again.',
}
const TAKEN: Move = {
  ...{ state: 'confiscated', label: 'Taken in', title: 'Take it in' },
  about: 'Handed in or confiscated. Say where it is kept, and who agreed.',
}
const BACK: Move = {
  ...{ state: 'approved', label: 'Hand back', title: 'Hand it back' },
  about: 'Say to whom. A pupil’s waits for the safeguarding lead before it works again.',
}

function Phone({ device, headSeq }: { readonly device: DeviceRow; readonly headSeq: number }) {
  const me = useMe()
  const { change, dialog } = useChange('devices')
  const isRunning = device.state === 'approved' || device.state === 'quarantine'
  const mayReturn =
    device.state === 'confiscated' && hasDuty(me, 'reception', 'network_manager', 'it')
  const moves = isRunning ? [LOST, TAKEN] : mayReturn ? [BACK] : []
  const { name, ...facts } = device
  return (
    <Card withBorder component="article" padding="sm">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Text fw={600}>{name ?? 'Nobody’s'}</Text>
          <Text c="dimmed" className="breakable">
            {device.ownership} {device.type}, {device.id}
          </Text>
        </div>
        <Badge
          variant="outline"
          color={isRunning ? 'gray' : 'red'}
          styles={{ label: { color: 'var(--mantine-color-text)' } }}
        >
          {DEVICE_STATES[device.state] ?? device.state}
        </Badge>
      </Group>
      <Group mt="sm" gap="xs">
        {moves.map(({ state, label, title, about }) => (
          <Button
            key={state}
            variant="default"
            size="compact-sm"
            aria-label={`${label}: ${device.id}`}
            onClick={() => {
              change({
                ...{ title, about: `${device.id}${name === null ? '' : `, of ${name}`}. ${about}` },
                ...{ basedOn: headSeq, ...(state !== 'approved' && { color: 'red' }) },
                edit: () => ({
                  kind: 'device.put',
                  objectId: device.id,
                  after: { ...facts, state },
                }),
              })
            }}
          >
            {label}
          </Button>
        ))}
      </Group>
      {dialog}
    </Card>
  )
}
