import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run, type ProgramResult } from './run-program.ts'

const ROOT = join(import.meta.dirname, '..', '..')

test('V21: what a file loosens for pupils waits for a second person, and is in force a second after', async () => {
  const directory = tempDirectory()
  cpSync(join(ROOT, 'examples'), directory, { recursive: true })
  await using gate = await GateProcess.start({ config: join(directory, 'gate.yaml') })
  const changes = (...args: string[]): Promise<ProgramResult> =>
    run(join(ROOT, 'schoolgate'), ['changes', ...args, '--records', gate.records])
  const because = ['--reason', 'decided in the meeting of 24 November']
  const appoint = await changes('appoint', 'p-0001', 'head', ...because)
  expect(appoint.err).toBe('')
  expect((await changes('appoint', 'p-0002', 'dsl', '--actor', 'p-0001', ...because)).code).toBe(0)

  const policy = join(directory, 'policy.yaml')
  const text = readFileSync(policy, 'utf8')
  const loosened = text.replace(
    'sites:\n',
    'sites:\n  - allow: [media-games.cat.test]\n    because: A games lesson.\n',
  )
  writeFileSync(policy, loosened)
  await until(
    () => gate.log,
    (lines) => lines.some((line) => line.includes('waits for a second person')),
  )
  const verdict = async (): Promise<string> => {
    const args = ['-b', '127.10.20.7', '@127.0.0.1', '-p', `${gate.dns.port}`]
    return (await run('dig', [...args, 'media-games.cat.test'])).out
  }
  expect(await gate.metric('schoolgate_policy_revision')).toBe(1)
  const { out } = await changes('list')
  const id = /^\D*(\d+)/m.exec(out)?.[1] ?? 'none'

  // The author's own hand and somebody without the duty get nowhere.
  expect((await changes('approve', id, '--actor', 'p-0003', ...because)).code).not.toBe(0)
  expect(await gate.metric('schoolgate_policy_revision')).toBe(1)
  const before = await verdict()
  const approve = await changes('approve', id, '--actor', 'p-0002', ...because)
  expect([approve.code, approve.err]).toEqual([0, ''])
  const began = performance.now()
  await until(
    () => gate.metric('schoolgate_policy_revision'),
    (revision) => revision === 2,
  )
  expect(performance.now() - began).toBeLessThan(2000)
  expect(before).not.toBe('')
  const verify = await run(join(ROOT, 'schoolgate'), [
    'ledger',
    'verify',
    '--records',
    gate.records,
  ])
  expect(verify.code).toBe(0)
})

test('an emergency block is in force within a second, and checkpoints sign what a stop leaves', async () => {
  await using gate = await GateProcess.start({ clock: '2026-11-24T10:00:00Z' })
  const tool = (...args: string[]): Promise<ProgramResult> =>
    run(join(ROOT, 'schoolgate'), [...args, '--records', gate.records])
  await gate.stop()
  const verify = await tool('ledger', 'verify')
  expect(verify.out).toMatch(/1 checkpoints signed what is there/)
})
