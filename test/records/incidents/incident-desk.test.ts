import { expect, test } from 'vitest'
import type { Done } from '../../../records/incidents/incident-desk.ts'
import type { Actor } from '../../../records/incidents/incident.ts'
import { CHAIR, DEPUTY, DSL, HEAD, MANAGER, opening, scene, TEACHER } from './sample-incident.ts'

const END = { outcome: 'support', lessons: 'the form tutor was told too late' } as const

function idOf(done: Done): string {
  if (!done.ok) throw new Error(done.message)
  return done.incident.id
}

function messageOf(done: Done): string {
  return done.ok ? 'done' : done.message
}

test('from opening to its end every step is kept in order', async () => {
  const { desk, held } = scene()
  const id = idOf(await desk.open(opening(), TEACHER))
  expect(held).toEqual([{ incidentId: id, first: 1, last: 1, personRef: 'p-1001' }])
  idOf(desk.acknowledge(id, DSL))
  idOf(desk.act(id, DSL, 'talked with the pupil'))
  idOf(desk.refer(id, DSL, { target: 'LocalService', reference: 'LS-7' }))
  idOf(desk.informParent(id, DEPUTY, 'by telephone in the afternoon'))
  idOf(desk.handOver(id, DSL, 'CP-2026-12'))
  const closed = desk.close(id, DSL, END)
  expect(closed.ok && closed.incident).toMatchObject({
    ...{ owner: 'dsl', outcome: 'support', sameDayDue: true, excluded: ['p-1001'] },
    evidence: { entries: [{ id: 'entry-1', seq: 1 }] },
  })
  const kinds = closed.ok ? closed.incident.events.map(({ kind, by }) => [kind, by]) : []
  expect(kinds).toEqual([
    ['opened', 'p-0009'],
    ['acknowledged', 'p-0001'],
    ['action', 'p-0001'],
    ['referred', 'p-0001'],
    ['parent_informed', 'p-0002'],
    ['handed_over', 'p-0001'],
    ['closed', 'p-0001'],
  ])
  expect(messageOf(desk.act(id, DSL, 'one thing more to note'))).toBe('the incident is closed')
})

test.each<[string, (run: ReturnType<typeof scene>, id: string) => Done, RegExp]>([
  ['close what nobody has seen', ({ desk }, id) => desk.close(id, DSL, END), /acknowledged it yet/],
  [
    'close without having learnt',
    ({ desk }, id) => {
      desk.acknowledge(id, DSL)
      return desk.close(id, DSL, { ...END, lessons: 'none' })
    },
    /what was learnt/,
  ],
  [
    'acknowledge twice',
    ({ desk }, id) => {
      desk.acknowledge(id, DSL)
      return desk.acknowledge(id, DEPUTY)
    },
    /has been acknowledged/,
  ],
  ['say nothing', ({ desk }, id) => desk.act(id, DSL, 'ok'), /10 letters/],
  ['name no way', ({ desk }, id) => desk.informParent(id, DSL, '-'), /how, or why not/],
])('nobody can %s', async (_says, run, message) => {
  const open = scene()
  const id = idOf(await open.desk.open(opening(), TEACHER))
  expect(messageOf(run(open, id))).toMatch(message)
})

test.each<[string, object, readonly Actor[], readonly Actor[]]>([
  ['a pupil', {}, [DSL, DEPUTY], [HEAD, MANAGER, TEACHER, CHAIR]],
  ['a member of staff', { subjectKind: 'staff', subjectRef: 'p-0009' }, [HEAD], [DSL, TEACHER]],
  [
    'the DSL',
    { subjectKind: 'staff', subjectRef: 'p-0001', subjectDuties: ['dsl'] },
    [HEAD],
    [DSL, DEPUTY],
  ],
  [
    'the network manager',
    {
      class: 'filter_failure',
      subjectKind: 'staff',
      subjectRef: 'p-0004',
      subjectDuties: ['network_manager'],
    },
    [HEAD],
    [MANAGER, DSL],
  ],
  [
    'the head',
    { subjectKind: 'head', subjectRef: 'p-0003', subjectDuties: ['head'] },
    [CHAIR],
    [HEAD, DSL],
  ],
  ['a pupil related to the DSL', { conflicts: ['p-0001'] }, [DEPUTY], [DSL]],
])('an incident of %s is seen and handled by those alone', async (_says, facts, may, mayNot) => {
  const { desk } = scene()
  const opener: Actor = { personRef: 'p-0007', duties: [] }
  const id = idOf(await desk.open(opening(facts), opener))
  for (const actor of may) {
    expect(desk.view(id, actor).ok).toBe(true)
    expect(desk.list(actor, 10)).toHaveLength(1)
  }
  for (const actor of mayNot) {
    expect(messageOf(desk.view(id, actor))).toMatch(/no such incident among yours/)
    expect(messageOf(desk.act(id, actor, 'made it go away'))).toMatch(/no such incident/)
    expect(desk.list(actor, 10)).toEqual([])
  }
  expect(messageOf(desk.view('none', HEAD))).toMatch(/no such incident among yours/)
})

test('without a legal hold there is no incident', async () => {
  const { desk, db } = scene('Redis is away')
  expect(messageOf(await desk.open(opening(), DSL))).toBe(
    'the entries can’t be held: Redis is away',
  )
  expect(db.prepare('SELECT count(*) AS n FROM incident_events').get()).toEqual({ n: 0 })
})

test('nobody opens one about himself, and evidence is bounded', async () => {
  const { desk, held } = scene()
  expect(messageOf(await desk.open(opening({ subjectRef: 'p-0001' }), DSL))).toMatch(
    /about himself/,
  )
  const rows = Array.from({ length: 501 }, (_, seq) => ({ id: `entry-${seq}`, seq }))
  expect(messageOf(await desk.open(opening({ rows }), DSL))).toMatch(/more than 500 entries/)
  expect((await desk.open(opening({ rows: [] }), DSL)).ok).toBe(true)
  expect(held).toEqual([])
})

test('of entries that are not all the subject’s, all between the first and the last are held', async () => {
  const { desk, held } = scene()
  const rows = [
    { id: 'entry-9', seq: 9, person_ref: 'p-1001' },
    { id: 'entry-4', seq: 4, person_ref: 'unidentified' },
  ]
  expect((await desk.open(opening({ rows }), DSL)).ok).toBe(true)
  expect(held).toMatchObject([{ first: 4, last: 9, personRef: null }])
})
