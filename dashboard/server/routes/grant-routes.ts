import { z } from 'zod'
import type { Proposal } from '../../../records/governance/governance-state.ts'
import { isNarrower } from '../../../records/governance/judge-grant.ts'
import { grantFacts, type Grant } from '../../../records/governance/permission-facts.ts'
import { outcomeOf } from '../outcome.ts'
import { ProblemError } from '../problem.ts'
import { route, type Desk } from '../route.ts'

const instant = z.iso.datetime({ offset: true })
const names = z.array(z.string().min(1).max(300)).max(50)

export const GRANT_ROUTES = [
  route({
    method: 'GET',
    url: '/api/permissions',
    access: 'grants.read',
    summary: 'Grants that are not over, and those that somebody has asked for',
    handle: ({ desk, scope, at }, { personRef }) => {
      const { grants, headSeq } = desk.school.register()
      const mine = [...grants].filter(([, { person }]) => scope !== 'own' || person === personRef)
      return {
        headSeq,
        grants: mine
          .filter(([, { to }]) => Date.parse(to) > at)
          .map(([id, grant]) => ({ id, ...grant, name: nameOf(desk, grant) })),
        asked: asked(desk)
          .filter(({ proposal }) => scope !== 'own' || proposal.author === personRef)
          .map(({ id, proposal, grant }) => ({
            ...{ id, at: proposal.at, reason: proposal.reason, approvers: proposal.approvers },
            author: proposal.author,
            authorName: desk.school.nameOf(proposal.author),
            grant: { ...grant, name: nameOf(desk, grant) },
          })),
      }
    },
  }),
  route({
    method: 'POST',
    url: '/api/permissions/:id/narrow',
    access: 'grants.revoke',
    summary: 'Agree to less than was asked for: an earlier end, fewer sites, fewer places',
    params: z.strictObject({ id: z.string().regex(/^[0-9a-z-]{1,40}$/) }),
    body: z.strictObject({
      reason: z.string().max(2_000),
      to: instant.optional(),
      sites: names.optional(),
      zones: names.optional(),
    }),
    handle: async ({ params, body, desk, at }, { personRef }) => {
      const found = asked(desk).find(({ id }) => id === params.id)
      if (found === undefined)
        throw new ProblemError('not_found', `no permission waits as \`${params.id}\``)
      const { reason, ...less } = body
      const wanted = Object.entries(less).filter(([, value]) => value !== undefined)
      const narrower = grantFacts.parse({ ...found.grant, ...Object.fromEntries(wanted) })
      // Before anything is agreed to: what gives more would have to be asked for by somebody else.
      if (!isNarrower(narrower, found.grant))
        throw new ProblemError('refused', 'that is not less than what was asked for')
      const { desk: changes } = desk.school
      const agreed = outcomeOf(await changes.approve(params.id, personRef, reason, at))
      const { headSeq: basedOn, grants } = desk.school.register()
      if (!grants.has(found.objectId)) return agreed
      const after = { ...narrower }
      const edit = { kind: 'grant.put' as const, objectId: found.objectId, after }
      return outcomeOf(await changes.submit({ basedOn, reason, edits: [edit] }, personRef, at))
    },
  }),
]

interface Asked {
  readonly id: string
  readonly proposal: Proposal
  readonly objectId: string
  readonly grant: Grant
}

/** Proposals that wait and are one grant: what somebody asks for has no other parts. */
function asked({ school }: Desk): readonly Asked[] {
  return [...school.register().proposals].flatMap(([id, proposal]) => {
    if (proposal.state !== 'waiting') return []
    const [edit, ...more] = school.desk.editsOf(id) ?? []
    if (edit?.kind !== 'grant.put' || more.length > 0) return []
    return [{ id, proposal, objectId: edit.objectId, grant: grantFacts.parse(edit.after) }]
  })
}

function nameOf({ school }: Desk, { person }: Grant): string | null {
  return person === null ? null : school.nameOf(person)
}
