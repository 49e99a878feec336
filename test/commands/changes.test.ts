import { expect, onTestFinished, test } from 'vitest'
import { changes } from '../../commands/changes.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import {
  AT,
  DIRECTION_OF,
  LOSE_PUPIL,
  MINUTE,
  REASON,
  sampleDesk,
  UNLOCK_PUPIL,
  waiting,
} from '../records/governance/sample-desk.ts'
import { sampleLedger } from '../records/ledger/sample-ledger.ts'
import { tempDirectory } from '../support/temp-directory.ts'

async function run(
  directory: string,
  args: string,
  { reason = REASON, at = AT }: { readonly reason?: string; readonly at?: number } = {},
): Promise<{ code: number; out: string[]; err: string }> {
  const out: string[] = []
  const err: string[] = []
  const words = [...args.split(' '), '--records', directory]
  const code = await changes(
    args.includes('--actor') || args.includes('appoint') ? [...words, '--reason', reason] : words,
    {
      directionOf: DIRECTION_OF,
      now: () => at,
      out: (line) => out.push(line),
      err: (line) => err.push(line),
    },
  )
  return { code, out, err: err.join('\n') }
}

async function school() {
  const made = sampleDesk()
  const proposal = await waiting(made.submit([UNLOCK_PUPIL], 'nm'))
  await made.submit([LOSE_PUPIL], 'it')
  return { ...made, proposal, number: proposal.replace(/-.*/, '') }
}

test('list, show and due say in plain words what waits for whom', async () => {
  const { directory, proposal, number } = await school()
  const listed = await run(directory, 'list')
  expect(listed.out).toEqual([
    `change ${proposal} waits since 2026-11-24T10:00:00.000Z: nm, 1 edits, loosen: ${REASON}`,
    `entry ${Number(number) + 1} waits for a review since 2026-11-24T10:00:00.000Z: it, device.put \`pupil-phone\`, tighten`,
  ])
  const shown = await run(directory, `show ${number}`)
  expect(shown.out.slice(0, 2)).toEqual([
    `change ${proposal} by nm (network_manager), 2026-11-24T10:00:00.000Z: ${REASON}`,
    'it is waiting',
  ])
  expect(shown.out[2]).toMatch(
    /^device.put `pupil-phone`: loosens for pupils \(pupil\): .*suspended.* -> .*approved/,
  )
  // By the engine, not by the desk's double: the phone is let in again, and has what pupils have.
  expect(shown.out[3]).toMatch(/^ {2}loosens: pupils.*: .* becomes /)
  const due = await run(directory, 'due', { at: AT + 30 * MINUTE })
  expect(due.out).toEqual([
    `approve ${proposal}: deputy, since 2026-11-24T10:00:00.000Z, passes on at 2026-11-24T11:00:00.000Z`,
    `review ${Number(number) + 1}: dsl, deputy, head, slt, since 2026-11-24T10:00:00.000Z`,
  ])
})

test('a correction is to be looked at within a day, before other reviews, and is told when it is overdue', async () => {
  const { directory, submit } = await school()
  const after = { host: 'a.example', remove: 'media.games', add: null, because: 'a library' }
  await submit([{ kind: 'correction.put', objectId: 'c9', after }], 'nm')
  const deadline = '2026-11-25T10:00:00.000Z'
  const due = await run(directory, 'due')
  expect(due.out[1]).toMatch(/^review \d+: dsl, .*, to be done by 2026-11-25T10:00:00.000Z$/)
  const overdue = await run(directory, `due --clock ${deadline}`)
  expect(overdue.out[1]).toContain(`, OVERDUE since ${deadline}`)
  const list = await run(directory, `list --clock ${deadline}`)
  expect(list.out.filter((line) => line.includes('OVERDUE'))).toEqual([
    expect.stringContaining('correction.put `c9`') as string,
  ])
})

test('--clock is the time of a gate that was started with one, and no other text', async () => {
  const { directory, number, ledger } = await school()
  const later = new Date(AT + 30 * MINUTE).toISOString()
  expect((await run(directory, `due --clock ${later}`)).out[0]).toContain(': deputy,')
  expect(await run(directory, 'due --clock soon')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--clock') as string,
  })
  await run(directory, `refuse ${number} --actor dsl --clock ${later}`)
  expect([...ledger.entries(ledger.head().seq - 1)].at(-1)?.ts).toBe(later)
})

test('a no and a yes of the right person count, of others not', async () => {
  const { directory, view, submit, number } = await school()
  expect(await run(directory, `approve ${number} --actor nm`)).toMatchObject({
    code: 1,
    err: expect.stringContaining('your own') as string,
  })
  expect(await run(directory, `approve ${number} --actor dsl`)).toMatchObject({
    code: 1,
    err: expect.stringContaining('is not what it was') as string,
  })
  expect(await run(directory, `refuse ${number} --actor dsl`)).toMatchObject({ code: 0 })
  const second = await waiting(submit([UNLOCK_PUPIL], 'nm'))
  expect(await run(directory, `approve ${second} --actor dsl`)).toMatchObject({ code: 0 })
  expect(view.current().devices.get('pupil-phone')?.state).toBe('approved')
  const seq = view.current().headSeq
  expect(await run(directory, `review 1-${seq} --actor head`)).toMatchObject({ code: 0 })
  expect(view.current().unreviewed).toBe(0)
  expect(await run(directory, `review ${seq} --actor head`)).toMatchObject({ code: 1 })
})

test('the first appointment needs a head and no actor, the next ones the head', async () => {
  const directory = tempDirectory()
  sampleLedger(directory).close()
  expect(await run(directory, 'appoint h dsl')).toMatchObject({ code: 1 })
  expect(await run(directory, 'appoint h head')).toMatchObject({ code: 0 })
  expect(await run(directory, 'appoint h head dsl')).toMatchObject({ code: 1 })
  expect(await run(directory, 'appoint d dsl --actor h')).toMatchObject({ code: 0 })
  expect(await run(directory, 'appoint n network_manager --wfm --actor d')).toMatchObject({
    code: 1,
  })
  const ledger = openLedger(directory)
  onTestFinished(() => {
    ledger.close()
  })
  expect([...ledger.entries(9)]).toMatchObject([
    { kind: 'role.put', object_id: 'h', actor: 'console' },
    { kind: 'role.put', object_id: 'd', actor: 'h', actor_role: 'head' },
  ])
})

const WRONG: readonly [says: string, args: string, said: string][] = [
  ['no verb', '', 'usage: schoolgate changes'],
  ['an unknown verb', 'undo 3', 'usage: schoolgate changes'],
  ['an unknown option', 'list --al', "Unknown option '--al'"],
  ['a decision of nobody', 'approve 3', 'say who acts'],
  ['a decision of the file', 'approve 3 --actor file', '`file` is not a person'],
  ['a range that is none', 'review 3-x --actor dsl', '`3-x` is neither SEQ nor SEQ-SEQ'],
  ['an answer that is none', 'review 3 --result maybe --actor dsl', '`maybe` is none of reviewed'],
  ['a duty that is none', 'appoint x king --actor h', '`king` is none of network_manager'],
]

test.each(WRONG)('%s is wrong usage, exit 2', async (_, args, said) => {
  const answer = await run(tempDirectory(), args)
  expect(answer).toMatchObject({ code: 2, err: expect.stringContaining(said) as string })
})

test('a directory without a ledger, and a change that is not there, are answered', async () => {
  expect(await run(tempDirectory(), 'list')).toMatchObject({
    code: 1,
    err: expect.stringContaining('does not exist') as string,
  })
  const { directory } = await school()
  expect(await run(directory, 'show 99')).toMatchObject({ code: 1, err: 'there is no change 99' })
})
