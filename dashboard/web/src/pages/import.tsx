import {
  Alert,
  Button,
  Checkbox,
  Code,
  FileInput,
  Group,
  List,
  NumberInput,
  Select,
  Stack,
  Text,
  Title,
} from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api.ts'
import { Page } from '../parts/page.tsx'
import { Fault } from '../parts/sign-in-form.tsx'
import { tellOutcome } from '../parts/tell.ts'
import { useReasonDialog } from '../parts/use-reason-dialog.tsx'

interface Result {
  readonly state: 'tried' | 'applied' | 'refused'
  readonly message: string | null
  readonly rows: number
  readonly problems: readonly string[]
  readonly problemCount: number
  readonly notes: readonly string[]
  readonly lines: readonly string[]
  readonly added: number
  readonly changed: number
  readonly removed: number
  readonly waits: number
  readonly waitsAlready: number
  readonly proposal: { readonly id: string } | null
}

const LISTS = [
  { value: 'people', label: 'People' },
  { value: 'classes', label: 'Classes and timetable' },
  { value: 'cover', label: 'Cover' },
  { value: 'leavers', label: 'Leavers' },
  { value: 'devices', label: 'Devices' },
  { value: 'oneroster', label: 'OneRoster (ZIP)' },
]

/** Of these lists somebody may say that they are the whole school; the others say it themselves, or never. */
const MAY_BE_WHOLE = ['people', 'classes', 'devices']

interface Asked {
  readonly list: string
  readonly file: File
  readonly whole: boolean
  readonly removes: number | null
}

function send({ list, file, whole, removes }: Asked, reason?: string): Promise<Result> {
  const query = new URLSearchParams({ list, name: file.name.slice(-100), whole: String(whole) })
  if (removes !== null) query.set('removes', String(removes))
  if (reason !== undefined) query.set('reason', reason)
  return api<Result>('POST', `/api/imports?${query.toString()}`, file)
}

/** Default, because it is loaded when somebody goes there (`React.lazy`). */
export default function ImportPage() {
  const [list, setList] = useState('people')
  const [file, setFile] = useState<File | null>(null)
  const [whole, setWhole] = useState(false)
  const [removes, setRemoves] = useState<number | null>(null)
  const attempt = useMutation({ mutationFn: (asked: Asked) => send(asked) })
  const asked =
    file === null ? null : { list, file, whole: whole && MAY_BE_WHOLE.includes(list), removes }
  // What was shown is of another file or another question: it must not be brought in unseen.
  const forget = (): void => {
    attempt.reset()
    setRemoves(null)
  }
  return (
    <Page
      title="Import"
      about="Lists from the school’s information system. The difference is shown first; nothing is changed before you say so."
    >
      <Stack maw={520}>
        <Select
          label="List"
          data={LISTS}
          value={list}
          allowDeselect={false}
          onChange={(value) => {
            setList(value ?? 'people')
            forget()
          }}
        />
        <FileInput
          label="File"
          description="CSV in UTF-8, or as Excel saves it; OneRoster as a ZIP archive"
          placeholder="Choose a file"
          // Mantine's grey for it is too light to be read by everybody (WCAG 1.4.3).
          styles={{ placeholder: { color: 'var(--mantine-color-text)' } }}
          accept=".csv,.txt,.zip"
          value={file}
          onChange={(chosen) => {
            setFile(chosen)
            forget()
          }}
        />
        {MAY_BE_WHOLE.includes(list) && (
          <Checkbox
            label="It is the whole list: who is not in it leaves"
            checked={whole}
            onChange={(event) => {
              setWhole(event.currentTarget.checked)
              forget()
            }}
          />
        )}
        <Group>
          <Button
            disabled={asked === null}
            loading={attempt.isPending}
            onClick={() => {
              if (asked !== null) attempt.mutate(asked)
            }}
          >
            Show the difference
          </Button>
        </Group>
      </Stack>
      <Fault error={attempt.error} />
      {attempt.data !== undefined && asked !== null && (
        <Difference
          result={attempt.data}
          asked={asked}
          onRemoves={setRemoves}
          onDone={() => {
            setFile(null)
            forget()
          }}
        />
      )}
    </Page>
  )
}

interface DifferenceProps {
  readonly result: Result
  readonly asked: Asked
  readonly onRemoves: (count: number | null) => void
  readonly onDone: () => void
}

function Difference({ result, asked, onRemoves, onDone }: DifferenceProps) {
  const client = useQueryClient()
  const { openDialog, dialog } = useReasonDialog()
  const bring = (): void => {
    openDialog({
      title: 'Import this list',
      about: <Summary result={result} />,
      button: 'Import',
      run: async (reason) => {
        const done = await send(asked, reason)
        if (done.state !== 'applied') throw new Error(done.message ?? 'nothing was changed')
        tellOutcome({ kind: done.proposal === null ? 'applied' : 'waiting' }, 'Import')
        await client.invalidateQueries()
        onDone()
      },
    })
  }
  const isGuarded = result.state === 'refused' && result.removed > 0
  const hasChanges = result.added + result.changed + result.removed > 0
  return (
    <Stack role="region" aria-label="Difference">
      <Title order={2}>Difference</Title>
      <Summary result={result} />
      {result.message !== null && (
        <Alert color="red" role="alert">
          <Title order={3} size="sm">
            Refused as it is
          </Title>
          {result.message}
        </Alert>
      )}
      {isGuarded && (
        <NumberInput
          label="How many go"
          description="Only if it is no mistake: the number that the message says"
          min={0}
          maw={260}
          value={asked.removes ?? ''}
          onChange={(value) => {
            onRemoves(typeof value === 'number' ? value : null)
          }}
        />
      )}
      <Lines title="Not taken" lines={result.problems} more={result.problemCount} />
      <Lines title="To know" lines={result.notes} more={result.notes.length} />
      {result.lines.length > 0 && (
        <Code block className="breakable" style={{ whiteSpace: 'pre-wrap' }} tabIndex={0}>
          {result.lines.join('\n')}
        </Code>
      )}
      <Group>
        <Button disabled={!hasChanges || (isGuarded && asked.removes === null)} onClick={bring}>
          Import
        </Button>
      </Group>
      {dialog}
    </Stack>
  )
}

function Summary({ result }: { readonly result: Result }) {
  const { rows, problemCount, added, changed, removed, waits, waitsAlready } = result
  return (
    <Text>
      {rows} good rows, {problemCount} not taken: {added} new, {changed} changed, {removed} gone.
      {waits > 0 && ` ${waits} open something for pupils and wait for a second person.`}
      {waitsAlready > 0 && ` ${waitsAlready} wait already.`}
    </Text>
  )
}

/** A page of hundreds of lines is read by nobody. */
const MOST_LINES = 100

function Lines({
  title,
  lines,
  more,
}: {
  readonly title: string
  readonly lines: readonly string[]
  readonly more: number
}) {
  if (lines.length === 0) return null
  const shown = lines.slice(0, MOST_LINES)
  return (
    <Alert color="yellow">
      {/* Its own title is the colour’s, on the colour: too light to be read (WCAG 1.4.3). */}
      <Title order={3} size="sm">
        {title}
      </Title>
      <List>
        {shown.map((line) => (
          <List.Item key={line} className="breakable">
            {line}
          </List.Item>
        ))}
      </List>
      {more > shown.length && <Text>and {more - shown.length} more</Text>}
    </Alert>
  )
}
