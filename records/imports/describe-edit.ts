import type { Edit } from '../governance/judge-edit.ts'
import { beforeOf } from '../governance/judge-edit.ts'
import type { Register } from '../register/register.ts'

/** One line of a difference: what is new (`+`), otherwise (`~`) or gone (`-`). Holds no name of a person. */
export function describeEdit(edit: Edit, register: Register): string {
  const { kind, objectId } = edit
  const [noun = ''] = kind.split('.', 1)
  const [before, after] = [fieldsOf(beforeOf(edit, register)), fieldsOf(edit.after)]
  if (edit.after === null) return `- ${noun} ${objectId}`
  if (before.size === 0) return `+ ${noun} ${objectId} ${summaryOf(after)}`.trimEnd()
  const changes = [...after]
    .filter(([field, text]) => before.get(field) !== text)
    .map(([field, text]) => changeOf(field, before.get(field) ?? '', text))
  const lost = [...before.keys()].filter((field) => !after.has(field))
  return `~ ${noun} ${objectId} ${[...changes, ...lost.map((field) => `no ${field}`)].join(', ')}`
}

function fieldsOf(facts: unknown): Map<string, string> {
  if (typeof facts !== 'object' || facts === null) return new Map()
  return new Map(Object.entries(facts).map(([field, value]) => [field, textOf(value)]))
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What tells the most of a new object in a few words. */
const TOLD = ['role', 'phase', 'year', 'ownership', 'type', 'state', 'personRef']

function summaryOf(fields: ReadonlyMap<string, string>): string {
  return TOLD.flatMap((field) => {
    const text = fields.get(field) ?? ''
    return text === '' ? [] : [field === 'personRef' ? `of ${text}` : text]
  }).join(' ')
}

function changeOf(field: string, was: string, is: string): string {
  if (field === 'details') return 'name or address'
  if (was.startsWith('[') && is.startsWith('[')) return `${field}: ${listChange(was, is)}`
  return `${field} ${short(was)} -> ${short(is)}`
}

/** Of a list what comes and goes, not the list. */
function listChange(was: string, is: string): string {
  const [old, now] = [was, is].map(
    (text) => new Set((JSON.parse(text) as unknown[]).map((one) => textOf(one))),
  ) as [Set<string>, Set<string>]
  const [plus, minus] = [now.difference(old).size, old.difference(now).size]
  return `${plus} more, ${minus} fewer`
}

const MAX_SHOWN = 60

function short(text: string): string {
  if (text === '') return 'none'
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}
