import { z } from 'zod'
import { ROLES } from '../../../rules/subject.ts'
import { notePut, noteRemoved } from '../beside-files.ts'
import { readAfter, type Projection } from '../projection.ts'
import type { PersonFacts } from '../register.ts'

const personFacts: z.ZodType<PersonFacts> = z.object({
  role: z.enum(ROLES),
  phase: z.string().nullable(),
  year: z.int().nullable(),
  details: z.string(),
})

/** `person.put`: the person as he is from now on, without a name. */
export const putPerson: Projection = (draft, entry) => {
  const { object_id: id, actor } = entry
  notePut(draft, { what: 'person', id, actor, isNew: !draft.people.has(id) })
  draft.people.set(id, readAfter(entry, personFacts))
}

/** `person.remove`: the person has left. */
export const removePerson: Projection = (draft, { object_id: id }) => {
  noteRemoved(draft, 'person', id)
  draft.people.delete(id)
  // Who comes back comes as a new person, with a name.
  draft.erased.delete(id)
}

/** `person.erase`: the person's name is gone, and no file brings it back while the person is here. */
export const erasePerson: Projection = ({ people, erased }, entry) => {
  if (people.has(entry.object_id)) erased.set(entry.object_id, entry.ts)
}
