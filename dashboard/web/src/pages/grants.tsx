import { Button, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import { Loaded, Nothing, Page } from '../parts/page.tsx'
import { useChange } from '../parts/use-change.tsx'
import { WideTable } from '../parts/wide-table.tsx'
import { hasDuty, useMe } from '../session.tsx'
import type { GrantRow } from '../types.ts'
import { when } from '../words.ts'

export function Grants() {
  const me = useMe()
  const grants = useQuery({
    queryKey: ['grants'],
    queryFn: () => read<{ headSeq: number; grants: readonly GrantRow[] }>('/api/permissions'),
  })
  const { change, dialog } = useChange('grants')
  const revoke = (grant: GrantRow, basedOn: number): void => {
    change({
      ...{ title: 'Revoke', color: 'red', basedOn },
      about: `${wordsOf(grant)}. It ends within seconds, and open connections are cut.`,
      edit: () => ({ kind: 'grant.revoke', objectId: grant.id, after: null }),
    })
  }
  const mayRevoke = hasDuty(me, 'dsl', 'deputy_dsl', 'head', 'slt')
  return (
    <Page
      title="Permissions"
      about="What one person, device or class may do for a while, and who may end it."
    >
      <Loaded query={grants}>
        {({ grants: rows, headSeq }) =>
          rows.length === 0 ? (
            <Nothing>Nobody has a permission of his own.</Nothing>
          ) : (
            <WideTable minWidth={640} label="Permissions">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Whom</Table.Th>
                  <Table.Th>What</Table.Th>
                  <Table.Th>From</Table.Th>
                  <Table.Th>Until</Table.Th>
                  {mayRevoke && <Table.Th>End</Table.Th>}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((grant) => (
                  <Table.Tr key={grant.id}>
                    <Table.Td>{grant.name ?? grant.device ?? grant.class ?? grant.person}</Table.Td>
                    <Table.Td className="breakable">{wordsOf(grant)}</Table.Td>
                    <Table.Td>{when(grant.from)}</Table.Td>
                    <Table.Td>{when(grant.to)}</Table.Td>
                    {mayRevoke && (
                      <Table.Td>
                        <Button
                          size="compact-xs"
                          variant="default"
                          aria-label={`Revoke ${grant.id}`}
                          onClick={() => {
                            revoke(grant, headSeq)
                          }}
                        >
                          Revoke
                        </Button>
                      </Table.Td>
                    )}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </WideTable>
          )
        }
      </Loaded>
      {dialog}
    </Page>
  )
}

function wordsOf({ type, profile, sites, categories }: GrantRow): string {
  const what = [profile === null ? null : `profile ${profile}`, ...sites, ...categories].filter(
    Boolean,
  )
  return `${type.replaceAll('_', ' ')}${what.length === 0 ? '' : `: ${what.join(', ')}`}`
}
