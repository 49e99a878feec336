import { octetsOf, type Address } from '../../rules/addresses/ip-address.ts'
import { isObserved, type Ruling } from '../../rules/verdict.ts'
import { namesHtml } from '../pages/accept.ts'
import { noticePage, portalPage } from '../pages/gate-pages.ts'
import type { Page } from '../pages/page.ts'
import { warnPage } from '../pages/warn-page.ts'
import type { Plane, Subject } from '../plane.ts'
import { formatAuthority } from './authority.ts'
import type { Failure } from './exchange.ts'
import type { Relayed } from './flow.ts'
import { failurePage } from './failure-pages.ts'
import type { HttpDeps } from './http-config.ts'
import type { PageService } from './page-service.ts'
import { PORTAL_AT, type PortalRelay } from './portal-relay.ts'
import type { Refusals } from './refusals.ts'
import { withoutQuery } from './refusals.ts'
import type { RequestCounts } from './request-counts.ts'
import type { RequestHead } from './request-head.ts'
import { HTTP_PORT } from './request-head.ts'
import type { WarnPasses } from './warn-passes.ts'
import { PASS_LIFE_MS } from './warn-passes.ts'

/** What becomes of a request that was read. `at` is the host to connect to, the request's or its safe one. */
export type Judgement =
  /** `head`: what goes on, where that is not the request as it came. */
  | { readonly kind: 'forward'; readonly at: string; readonly head?: RequestHead }
  | { readonly kind: 'tunnel'; readonly at: string }
  | { readonly kind: 'answer'; readonly page: Page | Promise<Page> }
  /** Somebody else is asked first; bounded by whoever answers. */
  | { readonly kind: 'later'; readonly judgement: Promise<Judgement> }

export interface JudgeDeps {
  readonly plane: Plane
  readonly deps: HttpDeps
  readonly refusals: Refusals
  readonly pages: PageService
  readonly passes: WarnPasses
  readonly portal: PortalRelay
  readonly counts: RequestCounts
  readonly connectPorts: ReadonlySet<number>
  /** Whether the request is for the gate's own pages. */
  isOwnPage(host: string, port: number): boolean
}

/** Decides proxy requests. The order of its steps is the behaviour. */
export class Judge {
  readonly #own: JudgeDeps
  /** What the address of a request's host was refused for. */
  readonly #closedAddresses = new WeakMap<RequestHead, Ruling>()

  constructor(own: JudgeDeps) {
    this.#own = own
  }

  judge(address: string, head: RequestHead): Judgement {
    if (head.form === 'connect') return this.#judgeConnect(address, head)
    // Before the decision: a device that may go nowhere must still be told why.
    if (this.#own.isOwnPage(head.host, head.port))
      return (
        this.#own.portal.judge(address, head) ?? {
          kind: 'answer',
          page: this.#own.pages.answer(address, head),
        }
      )
    return this.#refusalOfMethod(head) ?? this.#judgeUrl(address, head)
  }

  /** The page for a request that was let through and could not be served. */
  failurePage(address: string, head: RequestHead, failure: Failure): Page {
    if (this.#own.portal.has(head)) return portalPage(this.#own.deps.school())
    if (failure === 'refused') return this.#refuseAddress(address, head)
    return failurePage(failure, { accept: head.accept, school: this.#own.deps.school() })
  }

  /** Whether a list closes an address of the host to this client; `failurePage` then says which. */
  mayReach(address: string, head: RequestHead, target: Address): boolean {
    const { plane } = this.#own
    const engine = plane.engine()
    if (!engine.judgesAddresses) return true
    const { stance } = plane.subjectAt(address)
    const named =
      head.form === 'connect'
        ? engine.decideHost(stance, head.host)
        : engine.decideUrl(stance, head.host, head.path)
    const ruling = engine.judgeAddress(stance, named, {
      ...{ bytes: octetsOf(target), at: 0, octets: 16 },
    })
    if (ruling.action !== 'block') return true
    this.#closedAddresses.set(head, ruling)
    return false
  }

  /** The target turned out to be none after its name was resolved. */
  #refuseAddress(address: string, head: RequestHead): Page {
    const { plane, refusals, counts } = this.#own
    const subject = plane.subjectAt(address)
    const ruling = this.#closedAddresses.get(head) ?? refusals.addressRuling(plane.engine())
    const layer = head.form === 'connect' ? 'connect' : 'http'
    counts.countOther(layer, ruling)
    const { host, path, accept } = head
    return refusals.refuse({ subject, ruling, host, path, layer, accept, at: plane.now() })
  }

  /** Whether the present policy refuses what was let through before, or wants it in another safe mode. */
  isForbidden(address: string, { host, path, at }: Relayed): boolean {
    if (at === PORTAL_AT) return false
    const { stance } = this.#own.plane.subjectAt(address)
    const engine = this.#own.plane.engine()
    const ruling =
      path === '' ? engine.decideHost(stance, host) : engine.decideUrl(stance, host, path)
    if (ruling.action === 'block') return true
    // Where none is wanted any more the old one stays for as long as the connection does.
    return ruling.safeHost !== null && ruling.safeHost !== at
  }

  #judgeConnect(address: string, head: RequestHead): Judgement {
    const { plane, counts } = this.#own
    const subject = plane.subjectAt(address)
    const engine = plane.engine()
    const ruling = engine.decideHost(subject.stance, head.host)
    const at = plane.now()
    plane.tally.countHost(subject, ruling, head.host, at)
    counts.count('connect', ruling, engine)
    if (ruling.action === 'block') return this.#refuse(subject, ruling, head, at)
    // After the decision: a refused site on an odd port is an attempt that has to be recorded.
    if (!this.#own.connectPorts.has(head.port))
      return { kind: 'answer', page: noticePage(403, 'tunnels to this port are not open') }
    this.#noteObserved(subject, ruling, head, at)
    // Warn is allow and count here: there is no page a browser would show in place of a tunnel.
    return this.#afterChain(subject, ruling, head, {
      kind: 'tunnel',
      at: ruling.safeHost ?? head.host,
    })
  }

  #judgeUrl(address: string, head: RequestHead): Judgement {
    const { plane, counts, portal } = this.#own
    const subject = plane.subjectAt(address)
    const probe = portal.answerProbe(subject, head.host)
    if (probe !== null) return { kind: 'answer', page: probe }
    const engine = plane.engine()
    const ruling = engine.decideUrl(subject.stance, head.host, head.path)
    const at = plane.now()
    plane.tally.countHost(subject, ruling, head.host, at)
    counts.count('http', ruling, engine)
    if (ruling.action === 'block') return this.#refuse(subject, ruling, head, at)
    this.#noteObserved(subject, ruling, head, at)
    const judged = ruling.warn ? this.#warn(subject, ruling, head, at) : forward(ruling, head)
    return judged.kind === 'forward' ? this.#afterChain(subject, ruling, head, judged) : judged
  }

  /** In a chained zone what this gate lets through the other filter may refuse; help lines it may not. */
  #afterChain(subject: Subject, ruling: Ruling, head: RequestHead, judged: Judgement): Judgement {
    const { chain } = this.#own.deps
    if (subject.chained !== true || !chain || ruling.openedBy === 'wellbeing') return judged
    const judgement = chain.ask(head.host).then((said): Judgement => {
      const { plane, deps } = this.#own
      if (said === 'lets through') return judged
      const refused = plane.engine().refusedUpstream(subject.stance, chain.name)
      if (said === 'refuses') return this.#refuse(subject, refused, head, plane.now())
      // A filter that can't be asked has not let it through.
      const page = failurePage('unreachable', { accept: head.accept, school: deps.school() })
      return { kind: 'answer', page }
    })
    return { kind: 'later', judgement }
  }

  /** In a zone that is only observed what would be refused goes on, and is noted. */
  #noteObserved(subject: Subject, ruling: Ruling, head: RequestHead, at: number): void {
    if (!isObserved(ruling)) return
    const layer = head.form === 'connect' ? 'connect' : 'http'
    const seen = { host: head.host, path: withoutQuery(head.path), at }
    this.#own.plane.recorder.connection(subject, ruling, layer, seen)
  }

  #refuse(subject: Subject, ruling: Ruling, head: RequestHead, at: number): Judgement {
    const { host, path, accept } = head
    const layer = head.form === 'connect' ? 'connect' : 'http'
    const page = this.#own.refusals.refuse({ subject, ruling, host, path, layer, accept, at })
    return { kind: 'answer', page }
  }

  #warn(subject: Subject, ruling: Ruling, head: RequestHead, at: number): Judgement {
    const { passes, plane, deps } = this.#own
    const { host, path } = head
    const who = subject.deviceId ?? subject.address
    const comesBack = passes.isContinue(path)
    const target = comesBack ? passes.redeem(who, host, { path, now: at }) : undefined
    if (target !== undefined) return this.#letOn(subject, ruling, head, { at, target })
    // Pictures, scripts and programs of a page can't show a warning: they are let through and counted.
    const page = (head.method === 'GET' || head.method === 'HEAD') && namesHtml(head.accept)
    if (!page || passes.has(who, host, at)) return forward(ruling, head)
    plane.recorder.connection(subject, ruling, 'http', { host, path: withoutQuery(path), at })
    const back = comesBack ? passes.wanted(path) : path
    const continuePath = passes.continuePath(who, host, { path: back, now: at })
    return { kind: 'answer', page: warnPage({ ruling, host, continuePath }, deps.school()) }
  }

  #letOn(
    subject: Subject,
    ruling: Ruling,
    head: RequestHead,
    choice: { readonly at: number; readonly target: string },
  ): Judgement {
    const { host } = head
    this.#own.passes.add(subject.deviceId ?? subject.address, host, choice.at + PASS_LIFE_MS)
    const path = withoutQuery(choice.target)
    this.#own.plane.recorder.wentOn(subject, ruling, { host, path, at: choice.at })
    const authority = formatAuthority(host, head.port, HTTP_PORT)
    const extraFields = `Location: http://${authority}${choice.target}\r\n`
    return { kind: 'answer', page: { ...noticePage(302, 'going on'), extraFields } }
  }

  #refusalOfMethod(head: RequestHead): Judgement | undefined {
    // Echoes cookies and logins back to whatever script asks; nothing a school runs needs it.
    if (head.method === 'TRACE')
      return { kind: 'answer', page: noticePage(405, 'TRACE is not relayed') }
    // RFC 9110 section 7.6.2: the proxy at which the count ends answers itself.
    if (head.method === 'OPTIONS' && head.maxForwards === 0)
      return {
        kind: 'answer',
        page: { ...noticePage(200, 'ok'), extraFields: 'Allow: OPTIONS\r\n' },
      }
    return undefined
  }
}

/** Restrict on the proxy is what it is on DNS: the maker's safe host answers to the same name. */
function forward({ safeHost }: Ruling, { host }: RequestHead): Judgement {
  return { kind: 'forward', at: safeHost ?? host }
}
