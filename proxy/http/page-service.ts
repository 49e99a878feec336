import { chooseFormat } from '../pages/accept.ts'
import {
  noticeHtmlPage,
  noticePage,
  openNowPage,
  portalPage,
  welcomePage,
  whyPage,
} from '../pages/gate-pages.ts'
import type { Page } from '../pages/page.ts'
import type { PortalRelay } from './portal-relay.ts'
import type { RefusalMemory } from '../pages/refusal-memory.ts'
import { mergeRecent } from '../pages/refusal-memory.ts'
import type { Plane } from '../plane.ts'
import type { HttpDeps } from './http-config.ts'
import type { Refusals } from './refusals.ts'
import { withoutQuery } from './refusals.ts'
import type { RequestCounts } from './request-counts.ts'
import type { RequestHead } from './request-head.ts'

/** The name of the gate towards its devices; `.internal` is reserved for private use. */
export const GATE_HOST = 'schoolgate.internal'

/** How long `/why` waits for the memories of other threads before it shows what it has. */
const ELSEWHERE_WAIT_MS = 300

export interface PageServiceDeps {
  readonly plane: Plane
  readonly deps: HttpDeps
  readonly refusals: Refusals
  readonly memory: RefusalMemory
  readonly counts: RequestCounts
  readonly portal: PortalRelay
  /** Addresses of the block page itself: asked by them, nobody asked for a site. */
  isGate(host: string): boolean
}

/** Answers what is asked of the gate itself, on the block page's port and through the proxy. */
export class PageService {
  readonly #own: PageServiceDeps

  constructor(own: PageServiceDeps) {
    this.#own = own
  }

  /** A page now, or later where other threads are asked. */
  answer(address: string, head: RequestHead): Page | Promise<Page> {
    if (head.method !== 'GET' && head.method !== 'HEAD') return notAllowed()
    const path = withoutQuery(head.path)
    // These two first, on any host name: a device whose every name leads here can't know ours.
    if (path === '/why') return this.#why(address)
    if (path === '/portal') return portalPage(this.#own.deps.school())
    if (head.host === '' || this.#own.isGate(head.host)) return this.#ownHost(path)
    // Browsers ask for it by themselves: it would count as a second attempt.
    if (path === '/favicon.ico') return noticePage(404, 'there is no icon here')
    return this.#refusedHost(address, head)
  }

  #ownHost(path: string): Page {
    const school = this.#own.deps.school()
    return path === '/'
      ? welcomePage(school)
      : noticeHtmlPage(404, 'there is no such page here', school)
  }

  /** DNS sent the device here; by now the answer may be another one. */
  #refusedHost(address: string, head: RequestHead): Page {
    const { plane, counts, refusals, deps, portal } = this.#own
    const subject = plane.subjectAt(address)
    const probe = portal.answerProbe(subject, head.host)
    if (probe !== null) return probe
    const engine = plane.engine()
    const ruling = engine.decideUrl(subject.stance, head.host, head.path)
    const at = plane.now()
    counts.count('page', ruling, engine)
    if (ruling.action !== 'block') {
      return chooseFormat(head.accept) === 'html'
        ? openNowPage(head.host, deps.school())
        : noticePage(200, 'this site is open now: try again')
    }
    const { host, path, accept } = head
    return refusals.refuse({ subject, ruling, host, path, layer: 'http', accept, at })
  }

  #why(address: string): Page | Promise<Page> {
    const { memory, deps, plane } = this.#own
    const known = plane.subjectAt(address).address
    const here = memory.recent(known)
    const elsewhere = deps.recentElsewhere?.(known)
    if (elsewhere === undefined) return whyPage(here, deps.school())
    return Promise.race([elsewhere, noneAfter(ELSEWHERE_WAIT_MS)]).then(
      (there) => whyPage(mergeRecent([here, there]), deps.school()),
      () => whyPage(here, deps.school()),
    )
  }
}

function noneAfter(waitMs: number): Promise<readonly never[]> {
  return new Promise((settle) => {
    setTimeout(settle, waitMs, []).unref()
  })
}

function notAllowed(): Page {
  return {
    ...noticePage(405, 'only GET and HEAD are answered here'),
    extraFields: 'Allow: GET, HEAD\r\n',
  }
}
