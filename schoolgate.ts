import { EXIT, usage } from './commands/arguments.ts'
import type { STANDARD_DEPS } from './commands/standard-deps.ts'

/** A command gets its arguments and answers with an exit code (design.md section 6). */
type Command = (args: readonly string[]) => Promise<number>

/** Each command is loaded when it is called: `explain` must not pay for the gate's threads. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./commands/start.ts')).start,
  dashboard: async () => (await import('./commands/dashboard.ts')).dashboard,
  check: async () => (await import('./commands/check.ts')).check,
  explain: async () => (await import('./commands/explain.ts')).explain,
  preview: async () => (await import('./commands/preview.ts')).preview,
  promises: async () => (await import('./commands/promises.ts')).promises,
  rules: async () => (await import('./commands/rules.ts')).rules,
  calendar: async () => (await import('./commands/calendar.ts')).calendar,
  lists: async () => {
    const { lists } = await import('./commands/lists.ts')
    const { imageOfConfig } = await import('./commands/read-school.ts')
    return (args) => lists(args, imageOfConfig)
  },
  trust: async () => (await import('./commands/trust.ts')).trust,
  exams: async () => (await import('./commands/exams.ts')).exams,
  occasions: async () => withDeps((await import('./commands/occasions.ts')).occasions),
  sanctions: async () => withDeps((await import('./commands/sanctions.ts')).sanctions),
  emergency: async () => withDeps((await import('./commands/emergency.ts')).emergency),
  ledger: async () => withDeps((await import('./commands/ledger.ts')).ledger),
  journal: async () => withDeps((await import('./commands/journal.ts')).journal),
  changes: async () => withDeps((await import('./commands/changes.ts')).changes),
  alerts: async () => withDeps((await import('./commands/alerts.ts')).alerts),
  incidents: async () => withDeps((await import('./commands/incidents.ts')).incidents),
  agent: async () => withDeps((await import('./commands/agent.ts')).agent),
  topics: async () => withDeps((await import('./commands/topics.ts')).topics),
  grants: async () => withDeps((await import('./commands/grants.ts')).grants),
  registrations: async () => withDeps((await import('./commands/registrations.ts')).registrations),
  agreements: async () => withDeps((await import('./commands/agreements.ts')).agreements),
  devices: async () => withDeps((await import('./commands/devices.ts')).devices),
  vouchers: async () => withDeps((await import('./commands/vouchers.ts')).vouchers),
  lessons: async () => withDeps((await import('./commands/lessons.ts')).lessons),
  sites: async () => withDeps((await import('./commands/sites.ts')).sites),
  corrections: async () => withDeps((await import('./commands/corrections.ts')).corrections),
  presence: async () => withDeps((await import('./commands/presence.ts')).presence),
  import: async () => withDeps((await import('./commands/import.ts')).importList),
  'doh-token': async () => withDeps((await import('./commands/doh-token.ts')).dohToken),
  people: async () => withDeps((await import('./commands/people.ts')).people),
  user: async () => withDeps((await import('./commands/user.ts')).user),
  backup: async () => withDeps((await import('./commands/backup.ts')).backup),
  restore: async () => withDeps((await import('./commands/restore.ts')).restore),
}

const USAGE = `usage: schoolgate COMMAND
  start    [--config FILE] [--clock ISO] [--set key=value]...   run a gate
  dashboard [--config FILE] [--set key=value]...                the dashboard alone, beside a running gate
  check    FILE...                                              validate config and policy files
  explain  --config FILE (--device ID | --ip ADDR) [--zone Z] --url URL [--at ISO] [--json]
           --config FILE --batch FILE.ndjson                    why a request is allowed or refused
           --config FILE --ref CODE                             what a block page's code stands for
  preview  --config FILE --policy NEW.yaml [--hours N]          what a draft opens and closes on recent traffic
  promises check|results                                        what the school has promised, put to the test
  rules    hygiene                                              rules that are shadowed, duplicate, over or never met
  lists    compile|stat|lookup|wanted|update|held|keys|sign     build, ask and update lists, sign sealed feeds
  trust    sign                                                 sign a trust's policy for its schools
  exams    check                                                whether the exams to come can be sat
  calendar import FILE.ics | show                               term dates and exams; what a day is like
  occasions begin|extend|end|list                               exam rooms, extra time, rehearsals, visiting groups
  emergency begin|extend|end|show                               a drill or an emergency of the whole site
  sanctions list|lift                                           who is locked out after bypass attempts
  ledger   verify|show|export                                   the record of what people decided
  journal  search|stat|unmask|purge|hold|release                what the gate refused
  changes  list|show|approve|refuse|review|appoint|due          who must agree to what
  alerts   list|acknowledge                                     what somebody should know
  incidents list|open|acknowledge|note|refer|close|handover     what became of an alert
  topics   announce|end|list                                    what a class is taught, so that it alarms nobody
  grants   list|ask|revoke                                      what a person, device or class may do for a while
  registrations invite|list|withdraw|approve                    codes for devices of the school's people
  agreements list|sign|consent                                  who has agreed to what, and until when
  devices  list|set                                             what becomes of a device: lost, suspended, revoked
  vouchers issue|list|revoke                                    a visitor's way onto the network, for one device
  lessons  list|open|end|packs|pack|unpack                      sites for a class until the bell
  sites    list|allow|block|remove                              a site that is opened or closed for a while
  corrections list|fix|undo                                     what a list gets wrong about a host
  presence show|custody                                         which device is where, and who had it lately
  agent    enrol|report|run, invite|revoke|list|serve           what devices report of their security state
<<<<<<< HEAD
  import   people|classes|devices|leavers|cover|oneroster|ldap|posture  lists from outside, with the difference shown
=======
  import   people|classes|devices|leavers|cover|oneroster       lists from outside, with the difference shown
  doh-token issue|list|revoke|chromebook                        a device's own address for DNS over HTTPS
>>>>>>> 46f6613 (proxy/dns/doh: answer DNS over HTTPS, and know a device by its token anywhere)
  people   erase|export                                         what is kept of one person
  user     add|role|reset                                       accounts of the dashboard
  backup   FILE                                                 everything of a gate in one file
  restore  FILE                                                 a gate from such a file`

// `schoolgate ledger show | head`: whoever reads has seen enough, and that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(EXIT.done)
})

const [name = '', ...args] = process.argv.slice(2)
if (name === 'help' || name === '--help' || name === '-h') {
  process.stdout.write(`${USAGE}\n`)
  process.exitCode = EXIT.done
} else {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  process.exitCode =
    load === undefined
      ? usage(USAGE, name === '' ? undefined : `no command \`${name}\``)
      : await run(load)
}

async function withDeps(
  command: (args: readonly string[], deps: typeof STANDARD_DEPS) => Promise<number>,
): Promise<Command> {
  const { STANDARD_DEPS: deps } = await import('./commands/standard-deps.ts')
  return (args) => command(args, deps)
}

async function run(load: () => Promise<Command>): Promise<number> {
  try {
    const command = await load()
    return await command(args)
  } catch (cause) {
    const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
    process.stderr.write(`schoolgate: internal fault: ${detail}\n`)
    return EXIT.internal
  }
}
