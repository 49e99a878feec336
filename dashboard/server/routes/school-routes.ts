import { z } from 'zod'
import { dayAt, teaches } from '../../../records/governance/judge-lesson.ts'
import { CATEGORIES } from '../../../rules/taxonomy/taxonomy.ts'
import { sha256 } from '../../../records/ledger/chain.ts'
import { emergencyAt } from '../emergency-at.ts'
import { outcomeOf } from '../outcome.ts'
import { ProblemError } from '../problem.ts'
import { route, type Desk } from '../route.ts'
import { rowsOf } from '../rows-of.ts'

const when = z.iso.datetime({ offset: true })

export const SCHOOL_ROUTES = [
  route({
    method: 'GET',
    url: '/api/overview',
    access: 'policy.read',
    summary: 'What the gate does and what waits for somebody',
    handle: async ({ desk, scope, at }, { personRef }) => {
      const register = desk.school.register()
      const gate = await desk.school.readGate()
      const due = desk.school.desk.due(at)
      return {
        ...{ revision: register.revision, headSeq: register.headSeq },
        devices: register.devices.size,
        people: register.people.size,
        unreviewed: register.unreviewed,
        waiting: [...register.proposals.values()].filter(({ state }) => state === 'waiting').length,
        mine: due.filter(({ who }) => who.includes(personRef)).length,
        emergency: emergencyAt(register, at),
        gate:
          scope === 'full' || gate === null
            ? gate
            : { ready: gate.ready, degraded: [], metrics: {} },
      }
    },
  }),
  route({
    method: 'GET',
    url: '/api/lessons',
    access: 'lessons.run',
    summary: 'Classes, lesson packs and the lessons that run; a teacher sees his own',
    handle: ({ desk, scope, at }, { personRef }) => {
      const register = desk.school.register()
      const { classes, packs, lessons, headSeq } = register
      const today = scope === 'own' ? dayAt(at, register) : ''
      return {
        headSeq,
        classes: [...classes]
          .filter(([, group]) => scope !== 'own' || teaches(personRef, group, today))
          .map(([id, { teachers, pupils, meetings }]) => ({
            ...{ id, meetings, pupils: pupils.length, persons: pupils },
            teachers: teachers.map((ref) => ({ ref, name: named(desk, ref) })),
          })),
        packs: [...packs].map(([id, pack]) => ({ id, ...pack })),
        lessons: [...lessons]
          .filter(([, { teacher }]) => scope !== 'own' || teacher === personRef)
          .map(([id, lesson]) => ({ id, ...lesson })),
      }
    },
  }),
  route({
    method: 'GET',
    url: '/api/categories',
    access: 'signed_in',
    summary: 'The categories, and who may loosen one',
    handle: () => ({
      categories: CATEGORIES.map(({ id, label, lock }) => ({ id, label, lock })),
    }),
  }),
  route({
    method: 'GET',
    url: '/api/sites',
    access: 'sites.read',
    summary: 'Sites opened or closed for a while, corrections of lists, emergency blocks',
    handle: ({ desk }) => {
      const { sites, corrections, emergencyBlocks, headSeq } = desk.school.register()
      return {
        headSeq,
        sites: rowsOf(sites),
        corrections: rowsOf(corrections),
        emergencyBlocks: rowsOf(emergencyBlocks),
      }
    },
  }),
  route({
    method: 'GET',
    url: '/api/devices',
    access: 'devices.read',
    summary: 'The device register',
    query: z.strictObject({ text: z.string().max(100).optional() }),
    handle: ({ query, desk }) => {
      const { devices, headSeq } = desk.school.register()
      const rows = [...devices.values()].map((device) => ({
        ...device,
        name: named(desk, device.personRef),
      }))
      const text = query.text?.toLowerCase() ?? ''
      const fits = rows.filter((row) =>
        [row.id, row.name, row.role, row.type, row.state].some((cell) =>
          cell?.toLowerCase().includes(text),
        ),
      )
      return { headSeq, total: fits.length, devices: fits.slice(0, MAX_ROWS) }
    },
  }),
  route({
    method: 'GET',
    url: '/api/people',
    access: 'roles.read',
    summary: 'People of the register, for whoever picks one',
    query: z.strictObject({ role: z.enum(['staff', 'pupil', 'governor', 'visitor']).optional() }),
    handle: ({ query, desk }) => ({
      people: [...desk.school.register().people]
        .filter(([, { role }]) => query.role === undefined || role === query.role)
        .slice(0, MAX_ROWS)
        .map(([ref, { role, phase, year }]) => ({
          ref,
          role,
          phase,
          year,
          name: named(desk, ref),
        })),
    }),
  }),
  route({
    method: 'POST',
    url: '/api/test-as',
    access: 'test_as.ask',
    summary: 'What a device gets at an address and a time, and why',
    body: z.strictObject({
      device: z.string().min(1).max(100).optional(),
      ip: z.string().max(45).optional(),
      zone: z.string().max(64).optional(),
      url: z.string().min(1).max(2_000),
      at: when.optional(),
    }),
    perMinute: 120,
    handle: async ({ body, desk }) => {
      const answer = await desk.school.testAs(body)
      if (typeof answer === 'string') throw new ProblemError('refused', answer)
      return answer
    },
  }),
  route({
    method: 'GET',
    url: '/api/policy',
    access: 'policy.read',
    summary: 'The policy in force, as its file',
    handle: ({ desk, scope }) => {
      const { policy, revision, headSeq } = desk.school.register()
      if (scope !== 'full')
        throw new ProblemError('forbidden', 'the policy is read by those who run it')
      return { policy, revision, headSeq }
    },
  }),
  route({
    method: 'POST',
    url: '/api/policy',
    access: 'policy.edit',
    summary: 'Save a draft: in force at once, or waiting for the safeguarding lead',
    body: z.strictObject({
      basedOn: z.int().min(0),
      reason: z.string().max(2_000),
      text: z.string().max(1_000_000),
      name: z.string().min(1).max(200),
    }),
    handle: async ({ body: { text, name, basedOn, reason }, desk, at }, { personRef }) => {
      const after = { document: sha256(text), name }
      const edits = [{ kind: 'policy.put' as const, objectId: 'policy', after }]
      const change = { basedOn, reason, edits, documents: [text] }
      return outcomeOf(await desk.school.desk.submit(change, personRef, at))
    },
  }),
  route({
    method: 'POST',
    url: '/api/policy/try',
    access: 'policy.read',
    summary: 'The problems of a draft, or what it opens and closes on recent traffic',
    body: z.strictObject({
      text: z.string().max(1_000_000),
      hours: z.int().min(1).max(48).default(24),
    }),
    perMinute: 60,
    handle: ({ body, desk, scope }) => {
      if (scope !== 'full')
        throw new ProblemError('forbidden', 'the policy is read by those who run it')
      return desk.school.tryPolicy(body.text, body.hours)
    },
  }),
]

/** A page that wants more asks with a narrower text. */
const MAX_ROWS = 500

function named({ school }: Desk, ref: string | null): string | null {
  return ref === null ? null : school.nameOf(ref)
}
