import { expect, test } from 'vitest'
import { preflight } from '../../commands/exam-preflight.ts'
import { readSchool } from '../../commands/read-school.ts'
import type { HostFinding } from '../../proxy/dns/host-check.ts'
import { openBundle } from '../../proxy/policy/bundle.ts'
import { SCHOOL_FILES, schoolFolder } from '../support/school-folder.ts'

const NOW = Date.parse('2026-11-24T08:00:00Z')
const EVENING = `exams: [{ date: 2026-11-24, start: '22:00', end: '01:00', zone: hall, paper: Late }]\n`

/** Thirty laptops whose agreement is not signed, and an allow-list of `hosts`. */
async function examRoom(hosts: readonly string[]) {
  const laptops = Array.from(
    { length: 30 },
    (_, n) => `l${n},${n + 1},p-1,pupil,secondary,school,laptop,approved,missing,ok`,
  )
  const policy = (SCHOOL_FILES['policy.yaml'] ?? '')
    .replace('  unknown:', '  hall: { pupil_area: true, exam: true }\n  unknown:')
    .replace(
      'exam_allow_list: { only: {} }',
      `exam_allow_list: { only: { hosts: [${hosts.join()}] } }`,
    )
  const school = schoolFolder({
    'policy.yaml': policy + EVENING,
    'people.csv': 'person_ref,name,role\np-1,A Pupil,pupil\n',
    'devices.csv': `id,octet,person_ref,role,phase,ownership,type,state,aup,posture\n${laptops.join('\n')}\n`,
  })
  const bundle = await readSchool({ config: school.config(), directory: school.directory })
  if (typeof bundle === 'string') throw new Error(bundle)
  return { bundle, revision: openBundle(bundle) }
}

test('thirty laptops that are refused for one reason are one line', async () => {
  const { bundle, revision } = await examRoom(['a.example'])
  const find = (): Promise<HostFinding> => Promise.resolve({ kind: 'found', targets: [] })
  const { failures, checked } = await preflight(bundle, revision, { now: NOW, find })
  expect(failures).toEqual([
    expect.stringMatching(
      /^a\.example: block \(aup_missing\) for `l0` in `hall` at 2026-11-24T22:00:00Z \(Late\), and 29 times more: /,
    ),
  ])
  expect(checked).toEqual({ hosts: 1, exams: 1, devices: 30 })
})

test('each host is asked for once, sixteen at a time', async () => {
  const hosts = Array.from({ length: 40 }, (_, n) => `h${n}.example`)
  const { bundle, revision } = await examRoom([...hosts, '=h0.example'])
  const asked: string[] = []
  let [running, most] = [0, 0]
  const find = async (host: string): Promise<HostFinding> => {
    asked.push(host)
    running += 1
    most = Math.max(most, running)
    await Promise.resolve()
    running -= 1
    return { kind: 'no_such_name' }
  }
  const { failures } = await preflight(bundle, revision, { now: NOW, find })
  expect(asked.toSorted()).toEqual(hosts.toSorted())
  expect(most).toBe(16)
  expect(failures).toContain('h39.example: there is no such name')
})

test('an exam across midnight is to come until it ends', async () => {
  const { bundle, revision } = await examRoom([])
  const find = (): Promise<HostFinding> => Promise.resolve({ kind: 'no_such_name' })
  const at = async (now: string) =>
    (await preflight(bundle, revision, { now: Date.parse(now), find })).checked.exams
  expect(await at('2026-11-25T00:59:59Z')).toBe(1)
  expect(await at('2026-11-25T01:00:00Z')).toBe(0)
})
