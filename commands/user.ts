import { AccountStore, INVITATION_MS } from '../dashboard/server/accounts/account-store.ts'
import { openLedger } from '../records/ledger/ledger.ts'
import { RegisterView } from '../records/register/register-view.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { EXIT, readArguments, textOf, type Options, type Parsed } from './arguments.ts'
import { recordsOf } from './backup.ts'
import { changes, type ChangesDeps } from './changes.ts'

export interface UserDeps extends ChangesDeps {
  /** `records.directory` of a gate's configuration file, or what is wrong with the file. */
  readonly resolveRecords: (configPath: string) => { directory: string } | { problem: string }
}

const USAGE = `usage: schoolgate user add LOGIN --person PERSON_REF (--records DIR | --config FILE)
       schoolgate user role PERSON_REF DUTY... [--wfm] [--actor PERSON_REF] --reason TEXT (--records DIR | --config FILE)
       schoolgate user reset LOGIN (--records DIR | --config FILE)
Accounts of the dashboard. add and reset print an invitation, with which its owner chooses a password; it is good
once, for three days. reset takes password and second factor away. role says what a person may do, as
\`changes appoint\` does. Whoever may write DIR can give himself any account: keep that machine to those who may.`

const OPTIONS: Options = {
  ...{ records: { type: 'string' }, config: { type: 'string' }, person: { type: 'string' } },
  ...{ actor: { type: 'string' }, reason: { type: 'string' }, wfm: { type: 'boolean' } },
}

/** As the dashboard takes one. */
const LOGIN = /^[a-z0-9][a-z0-9._@-]{1,63}$/

/** `user add|role|reset`: exit code 0 done, 1 not done, 2 wrong usage. */
export async function user(args: readonly string[], deps: UserDeps): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return wrongUsage(deps, parsed)
  const [records, config] = [textOf(parsed, 'records'), textOf(parsed, 'config')]
  const place = recordsOf({ records, config }, deps.resolveRecords)
  if ('problem' in place) return wrongUsage(deps, place.problem)
  const [verb, ...words] = parsed.positionals
  const { directory } = place
  if (verb === 'role') return changes(appointment(words, parsed, directory), deps)
  const [login = '', ...rest] = words
  if ((verb !== 'add' && verb !== 'reset') || rest.length > 0) return wrongUsage(deps)
  if (!LOGIN.test(login))
    return wrongUsage(
      deps,
      `\`${login.slice(0, 80)}\` is no name to sign in with: a-z, 0-9, . _ - @`,
    )
  try {
    return verb === 'add'
      ? add(login, parsed, { directory, deps })
      : reset(login, { directory, deps })
  } catch (error) {
    if (!(error instanceof StoreRefused)) throw error
    deps.err(error.message)
    return EXIT.no
  }
}

interface Place {
  readonly directory: string
  readonly deps: UserDeps
}

function add(login: string, parsed: Parsed, { directory, deps }: Place): number {
  const person = textOf(parsed, 'person')
  if (person === undefined) return wrongUsage(deps, 'say whose account it is: --person PERSON_REF')
  const role = roleOf(directory, person)
  if (role === undefined || role === 'pupil') {
    deps.err(role === undefined ? `nobody is \`${person}\`` : 'a pupil has no account here')
    return EXIT.no
  }
  using accounts = new AccountStore(directory)
  if (!accounts.add(login, person, deps.now())) {
    deps.err(`\`${login}\` is taken`)
    return EXIT.no
  }
  return invite(accounts, login, deps)
}

function reset(login: string, { directory, deps }: Place): number {
  // As a reader first: a slip in the folder's name must not found a school.
  openLedger(directory, { readOnly: true }).close()
  using accounts = new AccountStore(directory)
  if (accounts.find(login) === null) {
    deps.err(`there is no account \`${login}\``)
    return EXIT.no
  }
  accounts.reset(login)
  return invite(accounts, login, deps)
}

function invite(accounts: AccountStore, login: string, { now, out }: UserDeps): number {
  const at = now()
  const code = accounts.issueCode('invitation', login, at + INVITATION_MS)
  accounts.noteSignIn({ at, login, address: '', outcome: 'invited on the command line' })
  out(
    `${login}: the invitation is ${code}, good until ${new Date(at + INVITATION_MS).toISOString()}`,
  )
  return EXIT.done
}

function roleOf(directory: string, person: string): string | undefined {
  const ledger = openLedger(directory, { readOnly: true })
  try {
    return new RegisterView(ledger).current().people.get(person)?.role
  } finally {
    ledger.close()
  }
}

/** The same as `changes appoint`, so that there is one way to give a duty. */
function appointment(words: readonly string[], parsed: Parsed, directory: string): string[] {
  const named = (['actor', 'reason'] as const).flatMap((name) => {
    const value = textOf(parsed, name)
    return value === undefined ? [] : [`--${name}`, value]
  })
  const wfm = parsed.values['wfm'] === true ? ['--wfm'] : []
  return ['appoint', ...words, ...named, ...wfm, '--records', directory]
}

function wrongUsage({ err }: UserDeps, problem?: string): number {
  err(problem === undefined ? USAGE : `${problem}\n${USAGE}`)
  return EXIT.usage
}
