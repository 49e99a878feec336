import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openLedger } from '../../../records/ledger/ledger.ts'
import type { ImportDeps, SchoolFiles } from '../../../records/register/import-files.ts'
import { RegisterView } from '../../../records/register/register-view.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

export const NOW = Date.parse('2026-11-24T10:00:00.000Z')

export const PEOPLE = `person_ref,name,role
p-0001,Ada Example,staff
p-0002,Bob Example,staff
`
export const DEVICES = `id,octet,person_ref,role,ownership,type,state,aup,posture
ada-phone,7,p-0001,staff,personal,phone,approved,signed,ok
bob-phone,8,p-0002,staff,personal,phone,approved,signed,ok
`

/** A school whose policy file is good unless it says `broken`, with a way to change its files. */
export interface SampleSchool {
  readonly files: SchoolFiles
  readonly deps: ImportDeps
  readonly directory: string
  readonly write: (file: 'policy.yaml' | 'people.csv' | 'devices.csv', text: string) => void
}

export function sampleSchool(): SampleSchool {
  const directory = tempDirectory()
  const ledger = openLedger(directory, { site: 'ex' })
  onTestFinished(() => {
    ledger.close()
  })
  const write: SampleSchool['write'] = (file, text) => {
    writeFileSync(join(directory, file), text)
  }
  write('policy.yaml', 'school: {name: Example}\n')
  write('people.csv', PEOPLE)
  write('devices.csv', DEVICES)
  return {
    directory,
    write,
    files: {
      policy: join(directory, 'policy.yaml'),
      people: join(directory, 'people.csv'),
      devices: join(directory, 'devices.csv'),
      classes: null,
    },
    deps: {
      site: 'ex',
      ledger,
      view: new RegisterView(ledger),
      checkPolicy: (text, file) =>
        text.includes('broken')
          ? [{ file, line: 1, col: 1, path: 'school', message: 'broken' }]
          : [],
    },
  }
}
