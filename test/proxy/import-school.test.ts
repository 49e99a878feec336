import { mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { GateOptions } from '../../proxy/gate-options.ts'
import { importSchool, joinSite, logImport } from '../../proxy/import-school.ts'
import { localWriter, type LedgerWriter } from '../../records/ledger/ledger-writer.ts'
import { openLedger, type Ledger } from '../../records/ledger/ledger.ts'
import { isUrgentTightening } from '../../records/redis/tightening.ts'
import { RegisterView } from '../../records/register/register-view.ts'
import { schoolFolder, SCHOOL_FILES } from '../support/school-folder.ts'

function scene(writerOf: (ledger: Ledger) => LedgerWriter = localWriter) {
  const school = schoolFolder()
  mkdirSync(school.path('records'))
  const said: string[] = []
  const say = (_details: object, message: string) => void said.push(message)
  const options: GateOptions = {
    ...{ config: school.config(), directory: school.directory, clockOffsetMs: 0 },
    ...{ version: '0', log: { info: say, warn: say, error: say } },
  }
  const ledger = openLedger(school.path('records'), { site: 'ex' })
  const view = new RegisterView(ledger)
  const writer = writerOf(ledger)
  const importNow = async () => {
    const report = await importSchool(options, { ledger, view, writer })
    if (report !== null) logImport(report, options.log)
    return report
  }
  return { school, said, importNow, view, options, [Symbol.dispose]: ledger.close.bind(ledger) }
}

test('the files found the school once; unchanged they are not read again', async () => {
  using founded = scene()
  expect((await founded.importNow())?.appended).toBeGreaterThan(0)
  expect(founded.said).toEqual(['files imported into the ledger'])
  expect(await founded.importNow()).toBeNull()
})

test('what a policy says for nothing is a warning in the log, and the policy is in force', async () => {
  using warned = scene()
  await warned.importNow()
  const guests = '  guests: { start_from: visitor }\n  portal:'
  const text = (SCHOOL_FILES['policy.yaml'] ?? '').replace('  portal:', guests)
  warned.school.write('policy.yaml', text)
  await warned.importNow()
  expect(warned.said.join('\n')).toMatch(
    /profiles\.guests: warning: nobody gets the profile `guests`/,
  )
})

test('a broken policy changes nothing, and the log names file, line and column', async () => {
  using broken = scene()
  await broken.importNow()
  const { headHash } = broken.view.current()
  broken.school.write('policy.yaml', `${SCHOOL_FILES['policy.yaml'] ?? ''}zone: {}\n`)
  await broken.importNow()
  expect(broken.view.current().headHash).toBe(headHash)
  expect(broken.said.at(-1)).toMatch(
    /policy\.yaml:\d+:\d+: zone: unknown key; did you mean `zones`\?$/,
  )
})

test('what Redis did not take is imported by the next call, and a lost device at once', async () => {
  let serves = true
  using cut = scene((ledger) => ({
    append: (commands, options) =>
      serves || commands.every(isUrgentTightening)
        ? localWriter(ledger).append(commands, options)
        : Promise.resolve({ kind: 'unavailable', message: 'Redis does not serve' }),
  }))
  await cut.importNow()
  const { headSeq } = cut.view.current()
  serves = false
  const devices = SCHOOL_FILES['devices.csv'] ?? ''
  cut.school.write('devices.csv', devices.replace('approved', 'lost'))
  cut.school.write('policy.yaml', `${SCHOOL_FILES['policy.yaml'] ?? ''}# a comment\n`)
  expect(await cut.importNow()).toMatchObject({
    appended: 1,
    changed: { policy: 0, devices: 1 },
    unavailable: 'Redis does not serve',
  })
  expect(cut.view.current().headSeq).toBe(headSeq + 1)
  expect(cut.said.at(-1)).toMatch(/^what the files change waits for Redis/)
  serves = true
  expect(await cut.importNow()).toMatchObject({ changed: { policy: 1 }, unavailable: null })
  expect(await cut.importNow()).toBeNull()
})

test('a gate that joined its site imports its files when somebody edits them', async () => {
  using joined = scene()
  await joined.importNow()
  joined.school.write('people.csv', SCHOOL_FILES['people.csv'] ?? '')
  joinSite(joined.options)
  expect(await joined.importNow()).toBeNull()
  joined.school.write('policy.yaml', `${SCHOOL_FILES['policy.yaml'] ?? ''}# a comment\n`)
  joinSite(joined.options)
  expect(await joined.importNow()).toBeNull()
})

test('a policy that breaks a promise changes nothing; one that changes the promise too is taken over', async () => {
  using promised = scene()
  const policy = SCHOOL_FILES['policy.yaml'] ?? ''
  const promises = (answer: string) =>
    `promises: [{ id: games, says: No games., who: { role: staff }, url: games.example, expect: ${answer} }]\n`
  const shut =
    policy.replace('  staff: {', '  staff: { change: { media.games: block },') + promises('block')
  promised.school.write('policy.yaml', shut)
  await promised.importNow()
  const { headHash } = promised.view.current()
  promised.school.write('policy.yaml', policy + promises('block'))
  await promised.importNow()
  expect(promised.view.current().headHash).toBe(headHash)
  expect(promised.said.at(-1)).toMatch(
    /policy\.yaml:26:12: promises\.0: promise `games` is broken \(No games\.\): /,
  )
  promised.school.write('policy.yaml', policy)
  await promised.importNow()
  expect(promised.view.current().headHash).not.toBe(headHash)
})
