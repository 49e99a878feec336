import { Alert, Button, Code, Group, List, Stack, Text, Textarea, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read } from '../api.ts'
import { Loaded, Page } from '../parts/page.tsx'
import { useReasonDialog } from '../parts/use-reason-dialog.tsx'
import { Fault } from '../parts/sign-in-form.tsx'
import { tellOutcome } from '../parts/tell.ts'
import { hasDuty, useMe } from '../session.tsx'
import type { Outcome } from '../types.ts'

interface PolicyAnswer {
  readonly policy: { readonly text: string; readonly name: string; readonly hash: string } | null
  readonly revision: number
  readonly headSeq: number
}

interface Trial {
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
  readonly effects: readonly string[]
}

/** A draft of thousands of lines is compiled for the preview: not at every letter. */
const TYPING_MS = 700

export function PolicyPage() {
  const policy = useQuery({
    queryKey: ['policy'],
    queryFn: () => read<PolicyAnswer>('/api/policy'),
    // A change elsewhere must not take away what is being written here.
    staleTime: Infinity,
  })
  return (
    <Page
      title="Policy"
      about="Zones, windows, profiles, rules and lists, as one file. A draft shows what it opens and closes before it is saved."
    >
      <Loaded query={policy}>
        {(data) =>
          data.policy === null ? (
            <Text>No policy yet.</Text>
          ) : (
            <Editor
              key={data.headSeq}
              answer={data}
              text={data.policy.text}
              name={data.policy.name}
            />
          )
        }
      </Loaded>
    </Page>
  )
}

interface EditorProps {
  readonly answer: PolicyAnswer
  readonly text: string
  readonly name: string
}

function Editor({ answer, text, name }: EditorProps) {
  const me = useMe()
  const client = useQueryClient()
  const [draft, setDraft] = useState(text)
  const [settled] = useDebouncedValue(draft, TYPING_MS)
  const { openDialog, dialog } = useReasonDialog()
  const isChanged = draft !== text
  const trial = useQuery({
    queryKey: ['policy', 'try', settled],
    queryFn: () => api<Trial>('POST', '/api/policy/try', { text: settled }),
    enabled: settled !== text,
  })
  const mayEdit = hasDuty(me, 'network_manager') && me.wfm
  const save = (): void => {
    openDialog({
      title: 'Save this policy',
      about: <Effects trial={trial.data} />,
      button: 'Save',
      run: async (reason) => {
        const change = { basedOn: answer.headSeq, reason, text: draft, name }
        tellOutcome(await api<Outcome>('POST', '/api/policy', change), 'Policy')
        await client.invalidateQueries({ queryKey: ['policy'] })
      },
    })
  }
  const isReady = isChanged && settled === draft && trial.data?.problems.length === 0
  return (
    <Stack>
      <Textarea
        label={`Revision ${answer.revision}`}
        description={mayEdit ? undefined : 'A network manager with filtering status edits it.'}
        readOnly={!mayEdit}
        value={draft}
        onChange={(event) => {
          setDraft(event.currentTarget.value)
        }}
        rows={24}
        spellCheck={false}
        styles={{
          input: {
            fontFamily: 'ui-monospace, monospace',
            fontSize: 13,
            whiteSpace: 'pre',
            overflowX: 'auto',
          },
        }}
      />
      {isChanged && (
        <>
          <Fault error={trial.error} />
          {trial.isFetching ? (
            <Text c="dimmed">Looking at the draft …</Text>
          ) : (
            <Findings trial={trial.data} />
          )}
          <Group>
            <Button disabled={!isReady} onClick={save}>
              Save
            </Button>
            <Button
              variant="default"
              onClick={() => {
                setDraft(text)
              }}
            >
              Throw the draft away
            </Button>
          </Group>
        </>
      )}
      {dialog}
    </Stack>
  )
}

function Findings({ trial }: { readonly trial: Trial | undefined }) {
  if (trial === undefined) return null
  return (
    <Stack>
      {trial.problems.length > 0 && (
        <Alert color="red" title="The draft can’t be used yet" role="alert">
          <Lines lines={trial.problems} />
        </Alert>
      )}
      {trial.warnings.length > 0 && (
        <Alert color="yellow" title="Perhaps not what you mean">
          <Lines lines={trial.warnings} />
        </Alert>
      )}
      {trial.problems.length === 0 && (
        <div>
          <Title order={2}>What it would do</Title>
          <Effects trial={trial} />
        </div>
      )}
    </Stack>
  )
}

function Effects({ trial }: { readonly trial: Trial | undefined }) {
  return (
    <Code block className="breakable" style={{ whiteSpace: 'pre-wrap' }}>
      {trial?.effects.join('\n') ?? ''}
    </Code>
  )
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <List>
      {lines.map((line) => (
        <List.Item key={line} className="breakable">
          {line}
        </List.Item>
      ))}
    </List>
  )
}
