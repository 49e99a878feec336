import { join } from 'node:path'
import { expect, test } from 'vitest'
import { changes } from '../../commands/changes.ts'
import { rememberConfig } from '../../commands/gate-config.ts'
import {
  policyEdit,
  policyNamed,
  REASON,
  sampleDesk,
  waiting,
} from '../records/governance/sample-desk.ts'
import { runCommand } from './run-command.ts'

const CONFIG = join(import.meta.dirname, '..', '..', 'examples', 'gate.yaml')
const NO_NEWS = `promises:
  - id: no-news
    says: Nobody reads the news.
    who: { role: staff, ownership: personal, type: phone }
    zone: staffroom
    at: '2026-11-24T10:00:00Z'
    url: bbc.co.uk
    expect: block
`

/** A policy that loosens for pupils waits for the lead; nobody judged its promises so far. */
async function scene(text: string) {
  const { directory, desk, view } = sampleDesk()
  const change = { basedOn: view.current().headSeq, reason: REASON, documents: [text] }
  const proposal = await waiting(
    desk.submit({ ...change, edits: [policyEdit(text)] }, 'nm', Date.parse('2026-11-24T10:00:00Z')),
  )
  const approve = () => {
    const args = ['approve', proposal, '--actor', 'dsl', '--reason', REASON]
    return runCommand(changes, [...args, '--records', directory], {})
  }
  return { directory, approve, view }
}

const LOOSE = policyNamed('loose school')

test('a policy that breaks a promise is approved by nobody, by command as in the dashboard', async () => {
  const { directory, approve, view } = await scene(LOOSE.replace('promises:\n', NO_NEWS))
  rememberConfig(directory, { file: CONFIG, settings: [`records.directory=${directory}`] })
  const { code, err } = await approve()
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/it breaks what the school has promised: .*promise `no-news` is broken/),
  ])
  expect(view.current().revision).toBe(1)
})

test('one that breaks none is in force', async () => {
  const { directory, approve, view } = await scene(LOOSE)
  rememberConfig(directory, { file: CONFIG, settings: [`records.directory=${directory}`] })
  expect(await approve()).toMatchObject({ code: 0, err: '' })
  expect(view.current().revision).toBe(2)
})

test('where no gate has run with these records it can’t be judged, and who agrees is told so', async () => {
  const { approve } = await scene(LOOSE)
  const { code, err } = await approve()
  expect([code, err]).toEqual([0, expect.stringContaining('a promise was not judged: ')])
})
