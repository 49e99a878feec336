import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseConfig } from '../../proxy/config.ts'
import { keepMark } from '../../proxy/keep-mark.ts'
import { readMark } from '../../records/ledger/ledger-mark.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { devicePut, options, PHONE, sampleLedger, SITE } from '../records/ledger/sample-ledger.ts'
import { tempDirectory } from '../support/temp-directory.ts'

/** A gate's folder; its records are in `records`, its backups, if any, in `backups`. */
function scene(settings: readonly string[] = []) {
  const directory = tempDirectory()
  const parsed = parseConfig(`site: ${SITE}\npolicy: policy.yaml\n`, 'gate.yaml', [
    'records.directory=records',
    ...settings,
  ])
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const said: (string | null)[] = []
  const warned: string[] = []
  const quiet = () => undefined
  const log = {
    ...{ info: quiet, error: quiet },
    warn: (_details: object, words: string) => warned.push(words),
  }
  const records = join(directory, 'records')
  /** A run of the gate: what it says of its ledger at its start. */
  const run = async (change: (ledger: ReturnType<typeof openLedger>) => void = quiet) => {
    mkdirSync(records, { recursive: true })
    const ledger = openLedger(records, { site: SITE })
    change(ledger)
    const watch = {
      saw: ({ ledgerLost }: { readonly ledgerLost?: string | null }) =>
        said.push(ledgerLost ?? null),
    }
    const gate = { config: parsed.config, directory, clockOffsetMs: 0, version: '0', log }
    const keeper = keepMark(gate, { ledger, watch })
    await keeper.look()
    keeper.stop()
    ledger.close()
    return said.at(-1)
  }
  const found = () => {
    mkdirSync(records, { recursive: true })
    sampleLedger(records).close()
  }
  const lose = () => {
    rmSync(records, { recursive: true })
  }
  const mark = (name = 'records.mark') => readMark(join(directory, name), SITE)
  return { directory, run, found, lose, mark, warned }
}

test('what the ledger has come to is kept beside the records, and moves on with it', async () => {
  const { run, found, mark } = scene()
  expect(await run()).toBeNull()
  // Nobody has founded one.
  expect(mark()).toBeNull()
  found()
  expect(await run()).toBeNull()
  expect(mark()).toMatchObject({ site: SITE, seq: 9 })
  await run((ledger) => ledger.append([devicePut({ ...PHONE, state: 'lost' })], options(9)))
  expect(mark()?.seq).toBe(10)
})

test('a ledger that begins anew is said at each start, until somebody removes the mark', async () => {
  const { directory, run, found, lose, mark } = scene()
  found()
  await run((ledger) => ledger.append([devicePut({ ...PHONE, state: 'lost' })], options(9)))
  lose()
  found()
  for (let start = 0; start < 2; start += 1) {
    const said = await run()
    expect(said).toMatch(/^the ledger has lost entries.*10 entries on/)
    expect(said).toMatch(/`schoolgate restore` .* or remove `.*records\.mark` if that is meant$/)
  }
  expect(mark()?.seq).toBe(10)
  rmSync(join(directory, 'records.mark'))
  expect(await run()).toBeNull()
  expect(mark()?.seq).toBe(9)
})

test('without a mark, backups that are older than the ledger tell it; younger and others’ do not', async () => {
  const { directory, run, found, mark } = scene(['backup.directory=backups'])
  found()
  const put = (name: string) => {
    mkdirSync(join(directory, 'backups'), { recursive: true })
    writeFileSync(join(directory, 'backups', name), '')
  }
  for (const name of [
    'schoolgate-ex-20261124T100000Z.sgbackup',
    'schoolgate-other-20251124T100000Z.sgbackup',
    'schoolgate-ex-notes.txt',
  ])
    put(name)
  expect(await run()).toBeNull()
  rmSync(join(directory, 'records.mark'))
  put('schoolgate-ex-20261123T100000Z.sgbackup')
  expect(await run()).toMatch(
    /^the ledger begins anew on 2026-11-24.* has backups of before \(schoolgate-ex-20261123T100000Z\.sgbackup\); stop the gate/,
  )
  // It goes on being said: no mark takes the place of what is lost.
  expect(mark()).toBeNull()
})

test('a mark that cannot be written is said once, and nothing else comes of it', async () => {
  const { run, found, warned } = scene(['records.mark=/proc/no/mark'])
  found()
  expect(await run()).toBeNull()
  expect(warned).toEqual([expect.stringContaining('name a file that can be written')])
})

test('the mark is where the configuration wants it, and holds no name', async () => {
  const { directory, run, found } = scene(['records.mark=elsewhere.mark'])
  found()
  await run()
  const mark: unknown = JSON.parse(readFileSync(join(directory, 'elsewhere.mark'), 'utf8'))
  expect(Object.keys(mark as object)).toEqual([...['site', 'seq', 'hash', 'ts']])
})
