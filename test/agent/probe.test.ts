import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { collectFacts, hasCertificate, systemOf } from '../../agent/collect.ts'
import { machineProbe } from '../../agent/probe.ts'
import type { AgentState } from '../../agent/agent-state.ts'
import { readReport } from '../../rules/posture/read-report.ts'
import { reportOf } from '../support/sample-posture.ts'
import { tempDirectory } from '../support/temp-directory.ts'

const probe = machineProbe(Date.now())

test('a program that is not there, and one that is no program, say nothing', async () => {
  expect(await probe.run('/nowhere/at/all', [])).toBeNull()
  expect(await probe.run('/etc', [])).toBeNull()
})

test('what a program prints before it fails counts: exit codes are answers', async () => {
  const printed = await probe.run(process.execPath, [
    '-e',
    'console.log("inactive"); process.exit(3)',
  ])
  expect(printed).toBe('inactive\n')
})

test('no shell looks at an argument', async () => {
  const printed = await probe.run(process.execPath, ['-p', 'process.argv[1]', '$(id); `id`'])
  expect(printed).toBe('$(id); `id`\n')
})

test('too much output is no output', async () => {
  const args = ['-e', 'process.stdout.write("x".repeat(3 * 1024 * 1024))']
  expect(await probe.run(process.execPath, args)).toBeNull()
})

test('files are read up to a limit, and their age is known', async () => {
  const path = join(tempDirectory(), 'large')
  writeFileSync(path, 'x'.repeat(2 * 1024 * 1024))
  expect((await probe.read(path))?.length).toBe(1024 * 1024)
  expect(await probe.changedAt(path)).toBeGreaterThan(Date.now() - 60_000)
  expect([await probe.read('/nowhere'), await probe.changedAt('/nowhere')]).toEqual([null, null])
})

test('this very machine gives facts that the schema takes', async () => {
  const state: AgentState = {
    ...{ server: 'https://s.example', deviceId: 'd', ownership: 'school', reportEverySeconds: 900 },
    ...{ schoolProxy: null, schoolCa: 'ab'.repeat(32), caFile: null },
  }
  const os = systemOf(process.platform)
  if (os === null) throw new Error('no collector for the machine of the tests')
  const facts = await collectFacts(os, probe, { state, directory: tempDirectory() })
  const report = { ...reportOf(), ...facts }
  const body = JSON.stringify({ report, signature: 'A'.repeat(86) })
  expect(readReport(body, 'personal')).toMatchObject({ ok: true })
  expect(facts).toMatchObject({ os, school_ca_present: false })
})

test('what is no certificate is not the one looked for, and some systems have no agent', () => {
  expect(hasCertificate('ab', ['no certificate'])).toBe(false)
  expect(systemOf('aix')).toBeNull()
})
