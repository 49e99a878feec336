import { Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import { Fault } from './sign-in-form.tsx'

interface Props {
  readonly title: string
  /** One sentence: what this page is for. */
  readonly about?: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}

export function Page({ title, about, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Schoolgate`
  }, [title])
  return (
    <Stack gap="lg" maw={1200}>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1}>{title}</Title>
          {about !== undefined && <Text c="dimmed">{about}</Text>}
        </div>
        {actions}
      </Group>
      {children}
    </Stack>
  )
}

/** What a query gave, or that it is on its way, or why there is nothing. */
export function Loaded<T>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T>
  readonly children: (data: T) => ReactNode
}) {
  if (query.data !== undefined) return children(query.data)
  if (query.error !== null) return <Fault error={query.error} />
  return <Waiting />
}

/** Where something will be in a moment; said aloud once, for whoever does not see it. */
export function Waiting() {
  return (
    <Stack aria-busy="true" role="status" aria-label="Loading">
      <Skeleton h={40} />
      <Skeleton h={40} />
      <Skeleton h={40} />
    </Stack>
  )
}

export function Nothing({ children }: { readonly children: ReactNode }) {
  return (
    <Text c="dimmed" py="lg" ta="center">
      {children}
    </Text>
  )
}
