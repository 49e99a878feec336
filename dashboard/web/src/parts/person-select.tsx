import { MultiSelect } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { read } from '../api.ts'
import type { FoundPerson } from '../types.ts'

const TYPING_MS = 250
const MIN_LETTERS = 2

interface Props {
  readonly label: string
  readonly value?: readonly string[]
  readonly onChange: (refs: string[]) => void
  readonly error?: ReactNode
  /** How many at most. */
  readonly max?: number
}

/** People by a part of their name; those that were chosen stay, whatever is looked for next. */
export function PersonSelect({ label, value = [], onChange, error, max }: Props) {
  const [text, setText] = useState('')
  const [known, setKnown] = useState<ReadonlyMap<string, string>>(new Map())
  const [wanted] = useDebouncedValue(text.trim(), TYPING_MS)
  const found = useQuery({
    queryKey: ['occasions', 'people', wanted],
    queryFn: () =>
      read<{ people: readonly FoundPerson[] }>(
        `/api/occasions/people?text=${encodeURIComponent(wanted)}`,
      ),
    enabled: wanted.length >= MIN_LETTERS,
  })
  const labels = new Map([
    ...known,
    ...(found.data?.people ?? []).map((one) => [one.ref, labelOf(one)] as const),
  ])
  return (
    <MultiSelect
      label={label}
      placeholder="Type two letters"
      data={[...labels].map(([ref, name]) => ({ value: ref, label: name }))}
      searchable
      searchValue={text}
      onSearchChange={setText}
      nothingFoundMessage={
        wanted.length < MIN_LETTERS ? 'Type two letters or more' : 'Nobody of that name'
      }
      {...(max !== undefined && { maxValues: max })}
      error={error}
      value={[...value]}
      onChange={(refs) => {
        setKnown(new Map(refs.map((ref) => [ref, labels.get(ref) ?? ref])))
        onChange(refs)
      }}
    />
  )
}

function labelOf({ name, ref, year }: FoundPerson): string {
  return `${name ?? ref}${year === null ? '' : `, Year ${year}`}`
}
