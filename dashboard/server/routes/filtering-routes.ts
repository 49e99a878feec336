import { z } from 'zod'
import { policyOf } from '../../../records/governance/judged-permission.ts'
import type { Policy } from '../../../rules/policy/policy.ts'
import { profileActions } from '../../../rules/content/profile-actions.ts'
import { CATEGORIES } from '../../../rules/taxonomy/taxonomy.ts'
import { accessGrid } from '../access-grid.ts'
import { ProblemError } from '../problem.ts'
import { route, type Desk } from '../route.ts'
import { weekOf } from '../week.ts'

const instant = z.iso.datetime({ offset: true })

export const FILTERING_ROUTES = [
  route({
    method: 'GET',
    url: '/api/week',
    access: 'policy.read',
    summary: 'Seven days of the policy’s windows, from the Monday of a moment',
    query: z.strictObject({ at: instant.optional() }),
    handle: ({ query, desk, scope, at }) => {
      if (scope !== 'full') throw new ProblemError('forbidden', NOT_YOURS)
      const { time } = readPolicy(desk)
      return { days: weekOf(time, query.at === undefined ? at : Date.parse(query.at)) }
    },
  }),
  route({
    method: 'GET',
    url: '/api/access-grid',
    access: 'policy.read',
    summary: 'What each kind of device gets in each zone at a moment, by the policy alone',
    query: z.strictObject({ at: instant.optional() }),
    handle: ({ query, desk, scope, at }) => {
      if (scope !== 'full') throw new ProblemError('forbidden', NOT_YOURS)
      const moment = query.at === undefined ? at : Date.parse(query.at)
      return { at: new Date(moment).toISOString(), ...accessGrid(readPolicy(desk), moment) }
    },
  }),
  route({
    method: 'GET',
    url: '/api/category-matrix',
    access: 'policy.read',
    summary: 'What each profile does with each category, and who may loosen it',
    handle: ({ desk, scope }) => {
      if (scope !== 'full') throw new ProblemError('forbidden', NOT_YOURS)
      const profiles = readPolicy(desk).profiles.filter(({ closed }) => closed === null)
      const actions = profiles.map((profile) => profileActions(profile))
      return {
        profiles: profiles.map(({ id, label }) => ({ id, label })),
        categories: CATEGORIES.map(({ id, label, lock, description, index }) => ({
          ...{ id, label, lock, description },
          actions: actions.map((row) => row[index]),
        })),
      }
    },
  }),
  route({
    method: 'GET',
    url: '/api/lists',
    access: 'health.read',
    summary: 'The lists: where each comes from, what it holds, when it was last looked at',
    handle: async ({ desk }) => {
      const gate = await desk.school.readGate()
      const held = [...(await desk.school.lists())]
      return {
        answers: gate !== null,
        lists: held.map((list) => ({
          ...list,
          domains: gate?.metrics[`schoolgate_list_domains{list="${list.id}"}`] ?? null,
          ageSeconds: gate?.metrics[`schoolgate_list_age_seconds{list="${list.id}"}`] ?? null,
        })),
      }
    },
  }),
  route({
    method: 'GET',
    url: '/api/lists/holders',
    access: 'sites.read',
    summary: 'Which lists hold a host, and by which entry; sealed lists are shown to nobody',
    query: z.strictObject({ host: z.string().min(1).max(300) }),
    perMinute: 120,
    handle: async ({ query, desk }) => {
      const holders = await desk.school.holdersOf(query.host)
      if (typeof holders === 'string') throw new ProblemError('refused', holders)
      return { host: query.host, holders }
    },
  }),
  route({
    method: 'GET',
    url: '/api/talkers',
    access: 'health.read',
    summary: 'Devices by what they have used of their quotas in the periods that run',
    handle: ({ desk }) => {
      const { devices } = desk.school.register()
      const { nameOf } = desk.school
      const used = desk.school.usage().toSorted((a, b) => b.octets - a.octets)
      return {
        talkers: used.slice(0, MAX_TALKERS).map(({ who, classId, period, octets }) => {
          const device = devices.get(who)
          const owner = device?.personRef ?? null
          return {
            ...{ who, classId, period, octets, role: device?.role ?? null },
            name: owner === null ? null : nameOf(owner),
          }
        }),
      }
    },
  }),
]

const NOT_YOURS = 'the policy is read by those who run it'
const MAX_TALKERS = 50

function readPolicy({ school }: Desk): Policy {
  const policy = policyOf(school.register())
  if (policy === null) throw new ProblemError('not_found', 'there is no policy in force yet')
  return policy
}
