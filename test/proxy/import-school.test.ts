import { mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { GateOptions } from '../../proxy/gate-options.ts'
import { importSchool, logImport } from '../../proxy/import-school.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { RegisterView } from '../../records/register/register-view.ts'
import { schoolFolder, SCHOOL_FILES } from '../support/school-folder.ts'

function scene() {
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
  const importNow = () => {
    const report = importSchool(options, ledger, view)
    if (report !== null) logImport(report, options.log)
    return report
  }
  return { school, said, importNow, view, [Symbol.dispose]: ledger.close.bind(ledger) }
}

test('the files found the school once; unchanged they are not read again', () => {
  using founded = scene()
  expect(founded.importNow()?.appended).toBeGreaterThan(0)
  expect(founded.said).toEqual(['files imported into the ledger'])
  expect(founded.importNow()).toBeNull()
})

test('a broken policy changes nothing, and the log names file, line and column', () => {
  using broken = scene()
  broken.importNow()
  const { headHash } = broken.view.current()
  broken.school.write('policy.yaml', `${SCHOOL_FILES['policy.yaml'] ?? ''}zone: {}\n`)
  broken.importNow()
  expect(broken.view.current().headHash).toBe(headHash)
  expect(broken.said.at(-1)).toMatch(
    /policy\.yaml:\d+:\d+: zone: unknown key; did you mean `zones`\?$/,
  )
})
