import { expect, test } from 'vitest'
import { importThroughDesk } from '../../../records/governance/import-through-desk.ts'
import { ChangeDesk } from '../../../records/governance/change-desk.ts'
import { localWriter } from '../../../records/ledger/ledger-writer.ts'
import { verifyLedger } from '../../../records/ledger/verify-ledger.ts'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { DEVICES, NOW, PEOPLE, sampleSchool } from '../register/sample-school.ts'
import { AT, DIRECTION_OF, holder, policyNamed, REASON, roleEdit } from './sample-desk.ts'

/** A founded school that imports through the desk, with a pupil whose phone is suspended. */
async function school() {
  const { files, deps, write } = sampleSchool()
  const writer = localWriter(deps.ledger)
  const checked = {
    ...deps,
    writer,
    directionOf: DIRECTION_OF,
    checkPolicy: (text: string, file: string) => {
      const parsed = parsePolicy(text, file)
      return parsed.ok ? [] : parsed.problems
    },
  }
  write('policy.yaml', policyNamed('Example'))
  write('people.csv', `${PEOPLE}p-0003,Cy Example,pupil\n`)
  const devices = (cy: string, ada = 'approved') => {
    const cy0 = `cy-phone,9,p-0003,pupil,personal,phone,${cy},signed,ok`
    const rows = DEVICES.replace('approved,signed,ok\nbob', `${ada},signed,ok\nbob`).trim()
    const [header, ...lines] = [...rows.split('\n'), cy0]
    const table = lines.map((line) => `${line},${line.startsWith('cy') ? 'sixth' : ''}`)
    write('devices.csv', [`${header},phase`, ...table, ''].join('\n'))
  }
  devices('suspended')
  const bring = (at = NOW) => importThroughDesk(files, at, checked)
  const desk = new ChangeDesk({ ...deps, writer, directionOf: DIRECTION_OF })
  const founded = await bring()
  const appoint = async (
    ref: string,
    duty: 'head' | 'dsl' | 'network_manager',
    actor = 'console',
  ) => {
    const { headSeq: basedOn } = deps.view.current()
    const edits = [roleEdit(ref, holder([duty]))]
    expect(await desk.submit({ basedOn, reason: REASON, edits }, actor, AT)).toMatchObject({
      kind: 'applied',
    })
  }
  await appoint('head', 'head')
  await appoint('dsl', 'dsl', 'head')
  const state = (id: string) => deps.view.current().devices.get(id)?.state
  return { ...deps, write, devices, bring, desk, founded, appoint, state }
}

test('the first import founds the ledger and waits for nobody, though it opens everything', async () => {
  const { founded, view } = await school()
  expect(founded).toMatchObject({ founded: true, pending: null, problems: [] })
  expect(view.current()).toMatchObject({ revision: 1 })
  expect([...view.current().queue.values()].map(({ actor }) => actor)).toEqual(['console', 'head'])
})

test('what tightens is in force at once, what loosens for pupils is one proposal', async () => {
  const { bring, devices, desk, state, view, write, ledger } = await school()
  devices('approved', 'lost')
  write('policy.yaml', policyNamed('loose'))
  const report = await bring()
  expect(report).toMatchObject({
    changed: { policy: 0, people: 0, devices: 1 },
    appended: 2,
    pending: { edits: 2, state: 'proposed' },
  })
  expect([state('ada-phone'), state('cy-phone')]).toEqual(['lost', 'suspended'])
  expect(view.current().revision).toBe(1)
  const proposal = report.pending?.proposal ?? ''
  expect(await desk.approve(proposal, 'dsl', REASON, AT)).toMatchObject({ kind: 'applied' })
  expect([state('ada-phone'), state('cy-phone')]).toEqual(['lost', 'approved'])
  expect(view.current().policy?.text).toBe(policyNamed('loose'))
  expect([...ledger.entries(view.current().headSeq - 1)]).toMatchObject([
    { actor: 'file', approval: { by: 'dsl' } },
  ])
  expect(await bring()).toMatchObject({ appended: 0, pending: null })
  expect(verifyLedger(ledger)).toMatchObject({ ok: true })
})

test('the same files propose once, other files replace what waits, files that went back withdraw it', async () => {
  const { bring, devices, view, write } = await school()
  const states = () => [...view.current().proposals.values()].map(({ state }) => state)
  devices('approved')
  const first = (await bring()).pending
  expect(await bring()).toMatchObject({ appended: 0, pending: { ...first, state: 'waiting' } })
  write('policy.yaml', policyNamed('loose'))
  expect(await bring()).toMatchObject({ appended: 2, pending: { edits: 2, state: 'proposed' } })
  expect(states()).toEqual(['withdrawn', 'waiting'])
  devices('suspended')
  write('policy.yaml', policyNamed('Example'))
  expect(await bring()).toMatchObject({ appended: 1, pending: null })
  expect(states()).toEqual(['withdrawn', 'withdrawn'])
  expect(await bring()).toMatchObject({ appended: 0, pending: null })
})

test('a no is remembered until the files say something else', async () => {
  const { bring, devices, desk, state } = await school()
  devices('approved')
  const proposal = (await bring()).pending?.proposal ?? ''
  expect(await desk.refuse(proposal, 'dsl', REASON, AT)).toMatchObject({ kind: 'applied' })
  expect(await bring()).toMatchObject({ appended: 0, pending: { proposal, state: 'refused' } })
  devices('suspended')
  await bring()
  expect(state('cy-phone')).toBe('suspended')
})

test('a file that can’t be read takes nothing back', async () => {
  const { bring, devices, write } = await school()
  devices('approved')
  write('policy.yaml', policyNamed('loose'))
  const { pending } = await bring()
  write('policy.yaml', 'school: [')
  expect(await bring()).toMatchObject({
    policyRefused: true,
    appended: 0,
    pending: { ...pending, state: 'waiting' },
  })
  write('devices.csv', 'no header of ours\n')
  expect(await bring()).toMatchObject({ appended: 0, pending: { ...pending, state: 'waiting' } })
})

test('who keeps the files decides on nothing that they say', async () => {
  const { bring, devices, desk, appoint, view } = await school()
  await appoint('both', 'network_manager', 'head')
  const { headSeq: basedOn } = view.current()
  const edits = [roleEdit('both', holder(['network_manager', 'dsl']))]
  await desk.submit({ basedOn, reason: REASON, edits }, 'head', AT)
  devices('approved', 'lost')
  const proposal = (await bring()).pending?.proposal ?? ''
  expect(await desk.approve(proposal, 'both', REASON, AT)).toMatchObject({ kind: 'refused' })
  const seq = [...view.current().queue.values()].find(({ actor }) => actor === 'file')?.seq ?? 0
  const review = { from: seq, to: seq, result: 'reviewed', comment: REASON } as const
  expect(await desk.review(review, 'both', AT)).toMatchObject({ kind: 'refused' })
  expect(await desk.review(review, 'dsl', AT)).toMatchObject({ kind: 'applied' })
})
