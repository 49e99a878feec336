import { Box, Button, Card, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { gateNow, read } from '../api.ts'
import { Loaded, Page } from '../parts/page.tsx'
import { WideTable } from '../parts/wide-table.tsx'
import type { AccessGrid, WeekAnswer, WeekDay } from '../filtering-types.ts'
import { dayOf, minutesText } from '../words.ts'

const WEEK_MS = 7 * 86_400_000

/** When, as a week of windows; where and who, as a grid for one moment of it. */
export function WeekPage() {
  const [weeks, setWeeks] = useState(0)
  const [at, setAt] = useState<string | null>(null)
  const monday = new Date(gateNow() + weeks * WEEK_MS).toISOString().slice(0, 10)
  const week = useQuery({
    queryKey: ['week', monday],
    queryFn: () => read<WeekAnswer>(`/api/week?at=${monday}T12:00:00Z`),
    placeholderData: (before) => before,
  })
  return (
    <Page
      title="Week and zones"
      about="When each window holds, and what each kind of device gets where, as the policy says."
      actions={
        <Group gap="xs">
          <Button
            variant="default"
            onClick={() => {
              setWeeks(weeks - 1)
            }}
          >
            Week before
          </Button>
          <Button
            variant="default"
            onClick={() => {
              setWeeks(0)
              setAt(null)
            }}
          >
            Now
          </Button>
          <Button
            variant="default"
            onClick={() => {
              setWeeks(weeks + 1)
            }}
          >
            Week after
          </Button>
        </Group>
      }
    >
      <Loaded query={week}>{({ days }) => <Week days={days} onMoment={setAt} />}</Loaded>
      <Grid at={at} />
    </Page>
  )
}

const KINDS: Readonly<Record<string, string>> = {
  school: '',
  inset: 'INSET, no pupils',
  closed: 'closed',
}

const HOURS = [6, 9, 12, 15, 18]
/** The day as a school sees it; what is earlier or later is at its edge. */
const [FIRST, LAST] = [6 * 60, 20 * 60]

function Week({
  days,
  onMoment,
}: {
  readonly days: readonly WeekDay[]
  readonly onMoment: (at: string) => void
}) {
  return (
    <Stack component="section" aria-label="Week" gap="xs">
      <Group gap={0} wrap="nowrap" aria-hidden ml={120} pos="relative" h={18} visibleFrom="sm">
        {HOURS.map((hour) => (
          <Text key={hour} size="xs" c="dimmed" pos="absolute" left={`${placeOf(hour * 60)}%`}>
            {hour}:00
          </Text>
        ))}
      </Group>
      {days.map((day) => (
        <Group key={day.date} wrap="nowrap" align="flex-start" gap="xs">
          <div style={{ width: 112, flexShrink: 0 }}>
            <Text fw={600}>{dayOf(day.date)}</Text>
            <Text size="xs" c="dimmed">
              {KINDS[day.kind]}
            </Text>
          </div>
          <Stack
            gap={2}
            style={{ flexGrow: day.windows.length === 0 ? 0 : 1, minWidth: 0 }}
            visibleFrom="sm"
          >
            {rowsOf(day).map(({ name, parts }) => (
              <Box key={name} pos="relative" h={26}>
                {parts.map(({ from, to }) => (
                  <Button
                    key={from}
                    size="compact-xs"
                    variant="light"
                    color={name === 'lesson' ? 'indigo' : 'gray'}
                    autoContrast
                    pos="absolute"
                    left={`${placeOf(from)}%`}
                    w={`${Math.max(placeOf(to) - placeOf(from), 1)}%`}
                    px={4}
                    styles={{
                      label: { color: 'var(--mantine-color-text)' },
                      inner: { justifyContent: 'flex-start' },
                    }}
                    aria-label={`${name.replaceAll('_', ' ')}, ${dayOf(day.date)}, ${minutesText(from)} to ${minutesText(to)}: show who gets what then`}
                    title={`${name.replaceAll('_', ' ')}, ${minutesText(from)} to ${minutesText(to)}`}
                    onClick={() => {
                      onMoment(`${day.date}T${minutesText(Math.min(from, LAST_MINUTE))}`)
                    }}
                  >
                    {placeOf(to) - placeOf(from) < NARROW ? '' : name.replaceAll('_', ' ')}
                  </Button>
                ))}
              </Box>
            ))}
          </Stack>
          <div>
            {day.windows.length === 0 && <Text c="dimmed">No window holds.</Text>}
            {/* A bar of ten minutes is no target for a thumb. */}
            {rowsOf(day).map(({ name, parts }) => (
              <Text key={name} size="sm" hiddenFrom="sm">
                {name.replaceAll('_', ' ')}:{' '}
                {parts.map(({ from, to }) => `${minutesText(from)}–${minutesText(to)}`).join(', ')}
              </Text>
            ))}
          </div>
        </Group>
      ))}
    </Stack>
  )
}

/** In a narrower bar, in percent of the day, a name would be cut; it is in the title, and read aloud. */
const NARROW = 5
const LAST_MINUTE = 24 * 60 - 1

interface NamedRow {
  readonly name: string
  readonly parts: readonly { readonly from: number; readonly to: number }[]
}

/** A line a window: lessons of one day stand side by side. */
function rowsOf({ windows }: WeekDay): readonly NamedRow[] {
  const rows = new Map<string, { from: number; to: number }[]>()
  for (const { name, ...part } of windows) rows.set(name, [...(rows.get(name) ?? []), part])
  return [...rows].map(([name, parts]) => ({ name, parts }))
}

function placeOf(minute: number): number {
  const inside = Math.min(Math.max(minute, FIRST), LAST)
  return ((inside - FIRST) / (LAST - FIRST)) * 100
}

function Grid({ at }: { readonly at: string | null }) {
  const moment = at === null ? '' : `?at=${encodeURIComponent(new Date(at).toISOString())}`
  const grid = useQuery({
    queryKey: ['access-grid', moment],
    queryFn: () => read<AccessGrid>(`/api/access-grid${moment}`),
    placeholderData: (before) => before,
  })
  return (
    <Stack component="section" aria-label="Zones and devices">
      <Title order={2}>
        Who gets what, {at === null ? 'now' : `${dayOf(at.slice(0, 10))} at ${at.slice(11)}`}
      </Title>
      <Text c="dimmed">
        By the policy alone, for devices that are registered, signed for and in order. Choose a
        window above for another moment. “Test as” asks for one device, with all that was permitted
        to it.
      </Text>
      <Loaded query={grid}>
        {({ zones, kinds, cells }) => (
          <Card withBorder padding={0}>
            <WideTable minWidth={1400} label="Zones and devices">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Zone</Table.Th>
                  {kinds.map(({ label, phase }) => (
                    <Table.Th key={`${label} ${phase ?? ''}`}>
                      {label}
                      {phase !== null && (
                        <Text size="xs" c="dimmed">
                          {phase}
                        </Text>
                      )}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {zones.map((zone, row) => (
                  <Table.Tr key={zone}>
                    <Table.Th scope="row">{zone.replaceAll('_', ' ')}</Table.Th>
                    {(cells[row] ?? []).map(({ profile, reason, alert, rule }, column) => (
                      <Table.Td key={column} title={rule}>
                        {profile ?? (
                          <Text span size="sm" c="dimmed">
                            no: {(reason ?? '').replaceAll('_', ' ')}
                          </Text>
                        )}
                        {alert && (
                          <Text size="xs" fw={600}>
                            alert
                          </Text>
                        )}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </WideTable>
          </Card>
        )}
      </Loaded>
    </Stack>
  )
}
