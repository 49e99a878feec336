import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'

export const HOLD_ROUTES = [
  route({
    method: 'GET',
    url: '/api/holds',
    access: 'incidents.read',
    summary: 'Legal holds: entries of the journal that stay, whatever their age',
    handle: ({ desk, scope }) => {
      if (scope !== 'full')
        throw new ProblemError('forbidden', 'holds are for the safeguarding lead and the head')
      const { holds, headSeq } = desk.school.register()
      const { nameOf } = desk.school
      const rows = [...holds].map(([id, { facts, placed, released }]) => ({
        ...{ id, ...facts, placed, released },
        name: facts.person === null ? null : nameOf(facts.person),
        placedName: nameOf(placed.by) ?? placed.by,
      }))
      return { headSeq, holds: rows.toReversed() }
    },
  }),
]
