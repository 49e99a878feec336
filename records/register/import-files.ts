import { basename } from 'node:path'
import type { DeviceFacts } from '../../rules/subject.ts'
import type { Problem } from '../../rules/policy/yaml-source.ts'
import type { Head } from '../ledger/entry.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { ClassFacts } from '../governance/permission-facts.ts'
import { People } from '../people/people.ts'
import { readClassesCsv } from './classes-csv.ts'
import { Problems, type Table } from './csv-table.ts'
import { readDevicesCsv } from './devices-csv.ts'
import { draftImport, type Draft, type Sourced, type Wanted } from './draft-import.ts'
import { readPeopleCsv, type Person } from './people-csv.ts'
import { readPolicyFile, type ChooseParent } from './policy-file.ts'
import { readText } from './read-text.ts'
import type { RegisterView } from './register-view.ts'
import type { Register } from './register.ts'

/** The school's files; null where it keeps none of that kind, which leaves that kind as it is. */
export interface SchoolFiles {
  readonly policy: string
  /** Which parent a policy that extends one gets; absent: the one in the file. */
  readonly chooseParent?: ChooseParent | undefined
  readonly people: string | null
  readonly devices: string | null
  readonly classes: string | null
}

export interface ImportDeps {
  readonly site: string
  readonly ledger: Ledger
  readonly view: RegisterView
  /** Everything that is wrong with a policy text; one problem keeps it out of the ledger. */
  readonly checkPolicy: (text: string, file: string) => readonly Problem[]
}

/** What became of an import; what is wrong in one place never undoes what is good in another. */
export interface ImportReport {
  /** This import founded the ledger. */
  readonly founded: boolean
  /** Entries appended; 0 when the register says already what the files say. */
  readonly appended: number
  /** Entries by what they changed. */
  readonly changed: Readonly<Record<'policy' | 'people' | 'devices' | 'classes', number>>
  readonly head: Head
  /** The policy file was refused: the policy before it, if any, is still in force. */
  readonly policyRefused: boolean
  /** At most a hundred a file; `problemCount` counts all. */
  readonly problems: readonly Problem[]
  readonly problemCount: number
}

/**
 * Brings the ledger up to what the files say, in one batch by the actor `file`; `now` is gate time in
 * epoch ms, on this node alone: for commands that ask what files would found (`importThroughDesk` is the
 * gate's). A file that can't be used changes nothing of its kind, a bad row nothing of its person or
 * device. Throws for a ledger that can't be read or written, never for what is in the files.
 */
export function importFiles(files: SchoolFiles, now: number, deps: ImportDeps): ImportReport {
  const people = new People(deps.ledger.db)
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const register = deps.view.current()
    const { wanted, problems } = readFiles(files, register, deps)
    const draft = draftImport(wanted, register, people)
    if (draft.commands.length === 0 || appendDraft(draft, { register, people, now, deps }))
      return reportOf(draft, { wanted, problems, head: deps.ledger.head() })
  }
  throw new Error(`the import met another writer ${MAX_ATTEMPTS} times; try again`)
}

/** Between reading the head and appending lie milliseconds: losing ten times is a writer gone mad. */
const MAX_ATTEMPTS = 10

interface ImportMoment {
  readonly register: Register
  readonly people: People
  readonly now: number
  readonly deps: ImportDeps
}

/** Appends the draft as `file`; false when another writer was first. */
function appendDraft(draft: Draft, { register, people, now, deps }: ImportMoment): boolean {
  const appended = deps.ledger.append(draft.commands, {
    site: deps.site,
    actor: 'file',
    actorRole: 'file',
    at: now,
    basedOn: register.headSeq,
    documents: draft.documents,
    alongside: () => {
      for (const [ref, row] of draft.people) people.put(ref, row)
    },
  })
  // An import words its own reasons, so a refusal is a bug and no answer to a person.
  if (appended.kind === 'refused') throw new Error(appended.message)
  return appended.kind === 'appended'
}

/** What the files say as far as they can be read, and what is wrong with the rest. */
export function readFiles(
  files: SchoolFiles,
  register: Register,
  { site, checkPolicy }: ImportDeps,
): { wanted: Wanted; problems: Problems } {
  const problems = new Problems()
  const policy = readPolicy(files, checkPolicy, problems)
  const people = readCsvFile(files.people, problems, {
    read: readPeopleCsv,
    known: register.people.size,
  })
  const devices = readCsvFile(files.devices, problems, {
    read: (text, file) => readDevicesCsv(text, file, knownRefs(people?.value)),
    known: register.devices.size,
  })
  const classes = readCsvFile(files.classes, problems, {
    read: (text, file) => readClassesCsv(text, file, knownRefs(people?.value)),
    known: register.classes.size,
  })
  return { wanted: { site, policy, people, devices, classes }, problems }
}

function readPolicy(
  { policy: path, chooseParent }: SchoolFiles,
  checkPolicy: ImportDeps['checkPolicy'],
  problems: Problems,
): Sourced<string> | null {
  const read = readPolicyFile(path, chooseParent)
  if (!('text' in read)) {
    problems.add(read)
    return null
  }
  const found = checkPolicy(read.text, path)
  for (const problem of found) problems.add(problem)
  return found.length === 0 ? { value: read.text, name: basename(path) } : null
}

/** Two hundred thousand rows of 250 letters. */
const MAX_CSV_OCTETS = 50 * 1024 * 1024

interface CsvKind<T> {
  readonly read: (text: string, file: string) => Table<T> | Problems
  /** How many rows of this kind the register has. */
  readonly known: number
}

function readCsvFile<T extends Person | DeviceFacts | ClassFacts>(
  path: string | null,
  problems: Problems,
  { read, known }: CsvKind<T>,
): Sourced<Table<T>> | null {
  if (path === null) return null
  const file = readText(path, MAX_CSV_OCTETS)
  if (!('text' in file)) {
    problems.add(file)
    return null
  }
  const table = read(file.text, path)
  problems.addAll(table instanceof Problems ? table : table.problems)
  if (table instanceof Problems) return null
  if (known > 0 && table.rows.size === 0 && table.spoilt.size === 0) {
    // An editor that is still writing leaves just this; a school that gives up its devices does not exist.
    const message = `no rows below the header, and the register has ${known}: the file is taken for cut off`
    problems.add({ file: path, line: 1, col: 1, path: '', message })
    return null
  }
  return { value: table, name: basename(path) }
}

/** Whom a device may belong to; null, anybody, while the file can't tell. */
function knownRefs(people: Table<Person> | undefined): ReadonlySet<string> | null {
  if (people === undefined || people.keysLost) return null
  return new Set([...people.rows.keys(), ...people.spoilt])
}

interface Outcome {
  readonly wanted: Wanted
  readonly problems: Problems
  readonly head: Head
}

/** The report on the commands of `draft`, once they are in the ledger. */
export function reportOf(draft: Draft, { wanted, problems, head }: Outcome): ImportReport {
  const count = (prefix: string): number =>
    draft.commands.filter(({ kind }) => kind.startsWith(prefix)).length
  return {
    founded: count('ledger.') > 0,
    appended: draft.commands.length,
    changed: {
      policy: count('policy.'),
      people: count('person.'),
      devices: count('device.'),
      classes: count('class.'),
    },
    head,
    policyRefused: wanted.policy === null,
    problems: problems.kept,
    problemCount: problems.count,
  }
}
