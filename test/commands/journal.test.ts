import { expect, test } from 'vitest'
import { journal } from '../../commands/journal.ts'
import { AlertStore } from '../../records/alerts/alert-store.ts'
import { AccessLog } from '../../records/journal/access-log.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { People, saltDetails } from '../../records/people/people.ts'
import { deskOn, DIRECTION_OF, holder, sampleDesk } from '../records/governance/sample-desk.ts'
import { aFinding, alertsDb } from '../records/alerts/sample-alerts.ts'
import { JournalFolder, aLookup } from '../support/journal-folder.ts'
import { TEN_O_CLOCK } from '../support/refusals.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { runCommand, type Ran } from './run-command.ts'

const DAY_MS = 86_400_000

const DUTIES: Readonly<Record<string, readonly string[]>> = {
  's-dsl': ['teacher', 'dsl'],
  's-nm': ['network_manager'],
  's-it': ['it'],
}

const STAFF = {
  's-dsl': holder(['teacher', 'dsl']),
  's-nm': holder(['network_manager']),
  's-it': holder(['it']),
}

function run(directory: string, args: readonly string[], days = 1): Promise<Ran> {
  return runCommand(journal, [...args, '--records', directory], {
    dutiesOf: (_directory: string, person: string) => DUTIES[person] ?? [],
    now: () => TEN_O_CLOCK + days * DAY_MS,
  })
}

/** A gate's records with a pupil's name and three refusals; the gate still has the journal open. */
function sample(): string {
  const folder = new JournalFolder()
  folder.write(
    aLookup(),
    aLookup({ host: 'b.example' }),
    aLookup({ host: 'bad.example', severity: 'high', category: 'adult.pornography' }),
  )
  folder.index()
  const { ledger } = sampleDesk(STAFF, DIRECTION_OF, folder.directory)
  new People(ledger.db).put('p-7', saltDetails({ name: 'Mary Smith', email: null }))
  return folder.directory
}

const AS_DSL = ['--as', 'dsl', '--actor', 's-dsl', '--reason', 'a parent asked me']

test('search shows pseudonyms, newest first, and how to go on', async () => {
  const directory = sample()
  const { code, out } = await run(directory, ['search', '--limit', '1'])
  expect(code).toBe(0)
  expect(out).toMatch(
    /^2026-11-24T10:00:00.000Z {2}P-\w{4}-\w{4}, pupil, on D-\w{4}-\w{4} in yard: block b\.example \(games, category\), looked_up; code ref-b\.example, entry 2\nolder ones: --cursor 2$/,
  )
  const next = await run(directory, ['search', '--cursor', '2'])
  expect(next.out).toContain('games.example')
  expect(next.out + out).not.toMatch(/Mary|p-7|phone-7/)
})

test('search as the DSL shows names and evidence, and is noted', async () => {
  const directory = sample()
  const { code, out } = await run(directory, ['search', '--severity', 'high', ...AS_DSL])
  expect(code).toBe(0)
  expect(out).toContain('Mary Smith (p-7), pupil, on phone-7 in yard: block bad.example')
  using log = AccessLog.open(directory)
  expect(log.last(9)).toMatchObject([
    { viewer: 's-dsl', role: 'dsl', rows: 1, reason: 'a parent asked me' },
  ])
})

const NOT_NAMED: readonly [why: RegExp, args: readonly string[]][] = [
  [/needs `--actor`/, ['--as', 'dsl', '--reason', 'a parent asked me']],
  [/10 letters/, ['--as', 'dsl', '--actor', 's-dsl', '--reason', 'curious']],
  [/10 letters/, ['--as', 'dsl', '--actor', 's-dsl']],
  [/`s-it` is not dsl now/, ['--as', 'dsl', '--actor', 's-it', '--reason', 'a parent asked me']],
  [
    /`s-dsl` is not head now/,
    ['--as', 'head', '--actor', 's-dsl', '--reason', 'a parent asked me'],
  ],
]

test.each(NOT_NAMED)('no names: %s', async (why, args) => {
  const { code, out, err } = await run(sample(), ['search', ...args])
  expect([code, out]).toEqual([1, ''])
  expect(err).toMatch(why)
})

test('unmask waits for the lead, and tells once she has agreed', async () => {
  const directory = sample()
  const { out: line } = await run(directory, ['search', '--as', 'network_manager', '--limit', '1'])
  const pseudonym = /P-\w{4}-\w{4}/.exec(line)?.[0] ?? ''
  const ask = ['unmask', pseudonym, '--as', 'network_manager', '--actor', 's-nm']
  const because = ['--reason', 'a phone that scans the network']
  const asked = await run(directory, [...ask, ...because])
  expect([asked.code, asked.out]).toEqual([
    0,
    expect.stringMatching(/^change \S+ waits for s-dsl; ask again then$/),
  ])
  const { desk, proposals, close } = deskAt(directory)
  const [proposal = ''] = proposals
  const agreed = await desk.approve(proposal, 's-dsl', 'the network team needs it', NEXT_DAY)
  close()
  expect(agreed).toMatchObject({ kind: 'applied' })
  const told = await run(directory, [...ask, ...because])
  expect(told.out).toBe(`${pseudonym} is Mary Smith (p-7)`)
  expect(await run(directory, [...ask, '--reason', 'curious'])).toMatchObject({ code: 0 })
  const it = ['unmask', pseudonym, '--as', 'it', '--actor', 's-it', ...because]
  expect(await run(directory, it)).toMatchObject({ code: 1, out: '' })
  expect(await run(directory, ask.slice(0, -2))).toMatchObject({ code: 2 })
})

const NEXT_DAY = TEN_O_CLOCK + DAY_MS

function deskAt(directory: string) {
  const ledger = openLedger(directory)
  const { desk, view } = deskOn(ledger)
  const close = ledger.close.bind(ledger)
  return { desk, close, proposals: [...view.current().proposals.keys()] }
}

test('stat counts by category, by day, and says what was let go and what is held', async () => {
  const directory = sample()
  expect((await run(directory, ['stat'])).out).toBe(
    'games: 2 attempts in 2 entries\nadult.pornography: 1 attempts in 1 entries',
  )
  expect((await run(directory, ['stat', '--by', 'day', '--severity', 'high'])).out).toBe(
    '2026-11-24: 1 attempts in 1 entries',
  )
  await run(directory, ['hold', '--entries', '1-1', '--actor', 's-dsl', '--reason', 'police asked'])
  await run(directory, ['purge'], 40)
  const { out } = await run(directory, ['stat', '--by', 'role'])
  expect(out).toContain('2027-01-03: identities of 1 entries from 2026-11-24T10:00:00.000Z')
  expect(out).toContain('hold 1 by s-dsl at 2026-11-25T10:00:00.000Z, in force: police asked')
})

test('purge says what went, and holds keep what they hold until they are released', async () => {
  const directory = sample()
  const because = ['--actor', 's-dsl', '--reason', 'police asked for it']
  expect((await run(directory, ['purge'])).out).toBe('nothing is too old')
  const held = await run(directory, ['hold', '--person', 'p-7', '--incident', 'i-1', ...because])
  expect(held.out).toBe('hold 1 is in force')
  expect((await run(directory, ['purge'], 400)).out).toBe('nothing is too old')
  expect((await run(directory, ['release', '1', ...because], 400)).out).toBe('hold 1 is released')
  expect((await run(directory, ['purge'], 400)).out).toMatch(/refusals: 2 entries of 2026-11-24T10/)
  expect((await run(directory, ['search', ...AS_DSL])).out).toContain('bad.example')
})

test('purge lets go of alerts too, and stat says so', async () => {
  const directory = sample()
  const finding = aFinding({ severity: 'low', at: TEN_O_CLOCK })
  const about = { duties: ['dsl'], topic: null, now: TEN_O_CLOCK } as const
  new AlertStore(alertsDb(directory)).raise(finding, about)
  expect((await run(directory, ['purge'], 40)).out).toContain(
    'alert identities: 1 alerts of 2026-11-24T10:00:00.000Z to 2026-11-24T10:00:00.000Z today',
  )
  expect((await run(directory, ['stat'], 40)).out).toContain(
    '2027-01-03: alert identities of 1 alerts from 2026-11-24T10:00:00.000Z',
  )
})

const WRONG: readonly [code: number, why: RegExp, args: readonly string[]][] = [
  [2, /usage: schoolgate journal/, []],
  [2, /usage/, ['show']],
  [2, /usage/, ['search', 'more']],
  [2, /Unknown option/, ['search', '--colour', 'red']],
  [2, /are numbers/, ['search', '--limit', 'all']],
  [2, /is not a time/, ['search', '--from', 'noon']],
  [2, /`--person` is for `search` alone/, ['stat', '--person', 'p-7']],
  [2, /`colour` is not day/, ['stat', '--by', 'colour']],
  [2, /needs `--actor`/, ['hold', '--entries', '1-2']],
  [2, /needs `--actor`/, ['release', '1']],
  [2, /number of a hold/, ['release', 'x']],
  [1, /say which entries/, ['hold', '--actor', 's-dsl', '--reason', 'police asked for it']],
  [1, /no hold 9/, ['release', '9', '--actor', 's-dsl', '--reason', 'police asked for it']],
  [1, /too short/, ['search', '--text', 'ab']],
  [1, /only who sees names/, ['search', '--device', 'phone-7']],
]

test.each(WRONG)('exit %i, %s: %j', async (code, why, args) => {
  const ran = await run(sample(), args)
  expect(ran.code).toBe(code)
  expect(ran.err).toMatch(why)
})

test.each(['search', 'stat', 'purge', 'hold'])(
  '%s makes no journal where there is none',
  async (verb) => {
    const { code, err } = await run(tempDirectory(), [verb, '--actor', 's-dsl'])
    expect(code).toBe(1)
    expect(err).toContain('does not exist')
  },
)
