import { FILE } from '../governance/matter.ts'
import type { RegisterDraft } from './projection.ts'

interface Put {
  readonly what: 'device' | 'person'
  readonly id: string
  readonly actor: string
  readonly isNew: boolean
}

/** Notes whether a file or a person has put something; what a file names is the file's from then on. */
export function notePut({ besideFiles }: RegisterDraft, { what, id, actor, isNew }: Put): void {
  if (actor === FILE) besideFiles.delete(keyOf(what, id))
  else if (isNew) besideFiles.set(keyOf(what, id), actor)
}

export function noteRemoved({ besideFiles }: RegisterDraft, what: Put['what'], id: string): void {
  besideFiles.delete(keyOf(what, id))
}

export function keyOf(what: Put['what'], id: string): string {
  return `${what} ${id}`
}
