import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { PostureFacts } from '../rules/posture/posture-report.ts'
import { defaultDirectory, readState, type AgentState } from './agent-state.ts'
import { askServer } from './ask-server.ts'
import { collectFacts, systemOf } from './collect.ts'
import { DeviceKey } from './device-key.ts'
import { enrol, messageOf } from './enrol.ts'
import { signedBody } from './make-report.ts'
import { machineProbe } from './probe.ts'
import { Reporter, TICK_MS } from './reporter.ts'

/** As every command of Schoolgate (design.md section 6). */
const EXIT = { done: 0, no: 1, usage: 2 } as const

const USAGE = `usage: agent enrol --server URL --code CODE [--ca FILE] [--state DIR]
       agent report [--dry-run] [--state DIR]   one report, and where the device stands
       agent run [--state DIR]                  reports until it is stopped`

const OPTIONS = {
  server: { type: 'string' },
  code: { type: 'string' },
  ca: { type: 'string' },
  state: { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const

/** PowerShell costs a second of a core for each look; elsewhere a look costs some 50 ms. */
const LOOK_EVERY_MS = process.platform === 'win32' ? Infinity : 300_000

/** What runs on a device: `agent enrol|report|run`. */
export async function agent(args: readonly string[]): Promise<number> {
  const parsed = parse(args)
  if (typeof parsed === 'string') return usage(parsed)
  const { values, verb } = parsed
  const directory = values.state ?? defaultDirectory()
  if (verb === 'enrol') {
    const { server, code, ca } = values
    if (server === undefined || code === undefined) return usage('--server and --code are needed')
    return tellEnrolment(await enrol({ server, code, directory, caFile: ca ?? null }))
  }
  const device = openDevice(directory)
  if (typeof device === 'string') return no(device)
  if (verb === 'run') return run(device)
  if (verb !== 'report') return usage(`no command \`${verb}\``)
  const facts = await device.collect()
  if (values['dry-run'] === true) return say(JSON.stringify(facts, null, 2))
  const sent = await device.send(facts)
  return sent.ok ? say(sent.says) : no(sent.says)
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      ...{ args: [...args], options: OPTIONS },
      allowPositionals: true,
    })
    const [verb = '', ...more] = positionals
    return more.length > 0 || verb === '' ? 'one command is needed' : { values, verb }
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

interface Device {
  readonly state: AgentState
  collect(): Promise<PostureFacts>
  send(facts: PostureFacts): Promise<{ readonly ok: boolean; readonly says: string }>
}

function openDevice(directory: string): Device | string {
  const os = systemOf(process.platform)
  if (os === null) return `there is no agent for ${process.platform}`
  const state = readState(directory)
  if (typeof state === 'string') return state
  const key = DeviceKey.read(directory)
  if (key === null) return 'the key of this device is gone: enrol it again'
  const { deviceId } = state
  return {
    state,
    collect: () => collectFacts(os, machineProbe(Date.now()), { state, directory }),
    send: async (facts) => {
      const body = signedBody(facts, { deviceId, key, now: Date.now() })
      const answer = await askServer(state, '/agent/v1/reports', body)
      if (answer.status === null)
        return { ok: false, says: `${state.server} can't be reached: ${answer.problem}` }
      if (answer.status === 200) return { ok: true, says: standingOf(answer.body) }
      return { ok: false, says: messageOf(answer.body) ?? `refused with ${answer.status}` }
    },
  }
}

async function run(device: Device): Promise<number> {
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      stopping.abort()
    })
  const reporter = new Reporter({
    collect: () => device.collect(),
    send: async (facts, reason) => {
      const { ok, says } = await device.send(facts)
      say(`${new Date().toISOString()} ${reason}: ${says}`)
      return ok
    },
    reportEveryMs: device.state.reportEverySeconds * 1000,
    lookEveryMs: LOOK_EVERY_MS,
    random: Math.random,
  })
  while (!stopping.signal.aborted) {
    await reporter.tick(Date.now())
    await wait(TICK_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
  }
  return EXIT.done
}

/** What the server says of this device, in a line; a newer server may say more. */
function standingOf(body: unknown): string {
  const { standing, mend } = (body ?? {}) as {
    readonly standing?: unknown
    readonly mend?: { readonly title?: unknown; readonly step?: unknown } | null
  }
  const todo =
    mend === null || mend === undefined ? '' : `: ${textOf(mend.title)} ${textOf(mend.step)}`
  return `${textOf(standing)}${todo}`
}

/** What comes over the network ends on a terminal. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll(/\p{Cc}/gu, ' ').slice(0, 500) : ''
}

function tellEnrolment(enrolled: AgentState | string): number {
  if (typeof enrolled === 'string') return no(enrolled)
  return say(`enrolled as \`${enrolled.deviceId}\`; start \`agent run\` with the session`)
}

function say(line: string): number {
  process.stdout.write(`${line}\n`)
  return EXIT.done
}

function no(line: string): number {
  process.stderr.write(`schoolgate agent: ${line}\n`)
  return EXIT.no
}

function usage(problem: string): number {
  process.stderr.write(`schoolgate agent: ${problem}\n${USAGE}\n`)
  return EXIT.usage
}
