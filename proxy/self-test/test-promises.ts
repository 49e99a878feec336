import type { SchoolPromise } from '../../rules/promises/promise.ts'
import type { Endpoint } from '../config.ts'
import { openBundle, type Bundle } from '../policy/bundle.ts'
import { askDns, type Heard } from './ask-dns.ts'
import { askHttp } from './ask-http.ts'
import { planProbes, type Probe } from './plan-probes.ts'
import type { StandIn } from './stand-in.ts'

/** What became of a promise on the running gate. */
export interface TestedPromise {
  readonly id: string
  readonly says: string
  /** `not_now`: it speaks of another time of day, or of nobody. */
  readonly state: 'kept' | 'broken' | 'unanswered' | 'not_now'
  /** Answers that were asked for, over DNS and HTTP. */
  readonly asked: number
  /** The first answer that was not the promised one; null where all were. */
  readonly detail: string | null
}

export interface PromiseTestParts {
  readonly bundle: Bundle
  /** Tells all data threads whom the self-test addresses stand for; false where one did not answer. */
  readonly standIn: (standIns: readonly StandIn[]) => Promise<boolean>
  /** Where the gate answers; null where it does not. */
  readonly dns: Endpoint | null
  readonly http: Endpoint | null
  /** Gate time, epoch ms. */
  readonly now: number
}

/** Probes under way at once: a run takes a second or two and is no load. */
const AT_ONCE = 8

/** Puts the promises to the test through the gate's own DNS and HTTP, as those they speak of. Never rejects. */
export async function testPromises(parts: PromiseTestParts): Promise<readonly TestedPromise[]> {
  const { bundle, standIn, now } = parts
  const probes = planProbes(bundle, openBundle(bundle), now)
  const standIns = [...new Set(probes.map((probe) => probe.standIn))]
  const answers = new Map<SchoolPromise, Answer[]>(bundle.policy.promises.map((one) => [one, []]))
  if (await standIn(standIns)) {
    for (let at = 0; at < probes.length; at += AT_ONCE) {
      const some = probes.slice(at, at + AT_ONCE)
      for (const answer of (await Promise.all(some.map((probe) => ask(probe, parts)))).flat())
        answers.get(answer.probe.promise)?.push(answer)
    }
  } else for (const probe of probes) answers.get(probe.promise)?.push(unasked(probe))
  await standIn([])
  return [...answers].map(([promise, some]) => testedOf(promise, some))
}

interface Answer {
  readonly probe: Probe
  readonly over: 'DNS' | 'HTTP'
  readonly heard: Heard
}

function unasked(probe: Probe): Answer {
  return {
    probe,
    over: 'DNS',
    heard: { kind: 'unanswered', detail: 'a data thread did not answer' },
  }
}

async function ask(probe: Probe, { dns, http }: PromiseTestParts): Promise<readonly Answer[]> {
  const { standIn, target } = probe
  const url = urlOf(target.text)
  const [first, second] = await Promise.all([
    // A promise about a page of a site says nothing of the site's name.
    dns === null || target.path !== '/'
      ? null
      : askDns(standIn.address, loopback(dns), target.host),
    http === null || url === null ? null : askHttp(standIn.address, loopback(http), url),
  ])
  const answers: Answer[] = []
  if (first !== null) answers.push({ probe, over: 'DNS', heard: first })
  if (second !== null) answers.push({ probe, over: 'HTTP', heard: second })
  return answers
}

function urlOf(text: string): URL | null {
  return URL.parse(text.includes('://') ? text : `http://${text}`)
}

/** A listener on every address answers on loopback, from where a self-test comes. */
function loopback({ host, port }: Endpoint): Endpoint {
  return { host: host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host, port }
}

function testedOf(promise: SchoolPromise, answers: readonly Answer[]): TestedPromise {
  const { id, says } = promise
  const tested = { id, says, asked: answers.length }
  if (answers.length === 0) return { ...tested, state: 'not_now', detail: null }
  const broken = answers.find((answer) => isBroken(answer))
  if (broken !== undefined) return { ...tested, state: 'broken', detail: inWords(broken) }
  const silent = answers.find(({ heard }) => heard.kind === 'unanswered')
  if (silent !== undefined) return { ...tested, state: 'unanswered', detail: inWords(silent) }
  return { ...tested, state: 'kept', detail: null }
}

/** Over DNS, and through a tunnel, a warning and safe mode are open: there is no page to show. */
function isBroken({ probe: { promise, target }, over, heard }: Answer): boolean {
  switch (heard.kind) {
    case 'unanswered':
      return false
    case 'refused':
      return (
        promise.action !== 'block' || (promise.reason !== null && heard.reason !== promise.reason)
      )
    case 'warned':
      return promise.action !== 'warn'
    case 'open':
      if (promise.action === 'block') return true
      return promise.action === 'warn' && over === 'HTTP' && !target.text.startsWith('https:')
  }
}

function inWords({ probe: { standIn, target }, over, heard }: Answer): string {
  const { device, zone } = standIn
  const who =
    device === null
      ? 'an unregistered device'
      : `a ${device.ownership} ${device.type} of ${device.role}`
  const what =
    heard.kind === 'refused'
      ? `refused (${heard.reason})`
      : heard.kind === 'warned'
        ? 'warned'
        : `${heard.kind} (${heard.detail})`
  return `${who} in ${zone} asked over ${over} for ${target.text} and was ${what}`
}
