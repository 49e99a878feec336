import {
  Button,
  Card,
  Group,
  List,
  SimpleGrid,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { api } from '../api.ts'
import { ActionBadge } from '../parts/badges.tsx'
import { Page } from '../parts/page.tsx'
import { Fault } from '../parts/sign-in-form.tsx'
import type { TestAnswer, Verdict } from '../types.ts'
import { when } from '../words.ts'

/** The same decision as the gate's, for any device, place and time. */
export function TestAs() {
  const form = useForm({
    initialValues: { device: '', ip: '', zone: '', url: '', at: '' },
    validate: {
      device: (device, { ip }) =>
        device === '' && ip === '' ? 'Name a device or an address' : null,
    },
  })
  const test = useMutation({
    mutationFn: (values: typeof form.values) =>
      api<TestAnswer>('POST', '/api/test-as', questionOf(values)),
  })
  return (
    <Page
      title="Test as"
      about="What a device would get, and why: the very decision that the gate makes."
    >
      <Card withBorder>
        <form
          onSubmit={form.onSubmit((values) => {
            test.mutate(values)
          })}
        >
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
            <TextInput
              label="Site or address"
              placeholder="https://example.org/page"
              required
              {...form.getInputProps('url')}
            />
            <TextInput label="Device" placeholder="staff-phone" {...form.getInputProps('device')} />
            <TextInput
              label="or IP address"
              placeholder="127.10.10.7"
              {...form.getInputProps('ip')}
            />
            <TextInput
              label="Zone"
              placeholder="where the address is"
              {...form.getInputProps('zone')}
            />
            <TextInput
              label="At"
              type="datetime-local"
              step={1}
              description="Empty: now"
              {...form.getInputProps('at')}
            />
            <Group align="flex-end">
              <Button type="submit" loading={test.isPending}>
                Test
              </Button>
            </Group>
          </SimpleGrid>
        </form>
      </Card>
      <Fault error={test.error} />
      {test.data !== undefined && <Answer answer={test.data} />}
    </Page>
  )
}

function questionOf(values: Readonly<Record<string, string>>): Record<string, string> {
  const given = Object.entries(values).filter(([, value]) => value !== '')
  const question = Object.fromEntries(given)
  const { at } = question
  return at === undefined ? question : { ...question, at: new Date(at).toISOString() }
}

function Answer({ answer: { verdict, next, assumed } }: { readonly answer: TestAnswer }) {
  return (
    <Card withBorder aria-live="polite">
      <Stack>
        <Group>
          <ActionBadge action={verdict.action} />
          <Title order={2} className="breakable">
            {verdict.cause}
          </Title>
        </Group>
        <Facts verdict={verdict} />
        {next !== null && (
          <Text>
            From {when(next.at)}: {next.verdict.cause}
          </Text>
        )}
        {assumed.length > 0 && (
          <div>
            <Text c="dimmed">Taken for true:</Text>
            <List>
              {assumed.map((text) => (
                <List.Item key={text}>{text}</List.Item>
              ))}
            </List>
          </div>
        )}
      </Stack>
    </Card>
  )
}

function Facts({ verdict }: { readonly verdict: Verdict }) {
  const rows: readonly (readonly [string, string | null])[] = [
    ['Reason', verdict.reason_code],
    ['Profile', verdict.profile],
    ['Zone', verdict.zone],
    ['Windows', verdict.windows.join(', ')],
    ['Category', verdict.category],
    ['Rule', verdict.rule_id],
    ['List', verdict.list_source],
    ['Holds until', verdict.valid_until === null ? null : when(verdict.valid_until)],
  ]
  return (
    <Table variant="vertical" layout="fixed">
      <Table.Tbody>
        {rows.map(([label, value]) => (
          <Table.Tr key={label}>
            <Table.Th w={140} scope="row">
              {label}
            </Table.Th>
            <Table.Td className="breakable">{value ?? 'none'}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
