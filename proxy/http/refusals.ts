import type { Decider } from '../../rules/decider.ts'
import type { Ruling } from '../../rules/verdict.ts'
import { chooseFormat } from '../pages/accept.ts'
import { blockPage } from '../pages/block-page.ts'
import type { Page } from '../pages/page.ts'
import type { RefusalMemory } from '../pages/refusal-memory.ts'
import type { Plane, Subject } from '../plane.ts'
import type { HttpDeps } from './http-config.ts'

/** One refused request: all that its record and its page need. */
export interface RefusedRequest {
  readonly subject: Subject
  readonly ruling: Ruling
  readonly host: string
  /** `''` for CONNECT. */
  readonly path: string
  readonly layer: 'http' | 'connect'
  readonly accept: string
  readonly at: number
}

/** Records a refusal, remembers it for `/why`, and words its page: always all three. */
export class Refusals {
  readonly #plane: Plane
  readonly #deps: HttpDeps
  readonly #memory: RefusalMemory
  #refusedAddress: Ruling | null = null

  constructor(plane: Plane, deps: HttpDeps, memory: RefusalMemory) {
    this.#plane = plane
    this.#deps = deps
    this.#memory = memory
  }

  refuse(request: RefusedRequest): Page {
    const { subject, ruling, host, at } = request
    const reasonCode = ruling.reasonCode ?? 'default'
    this.#plane.recorder.connection(subject, ruling, request.layer, {
      host,
      path: withoutQuery(request.path),
      at,
    })
    const blockRef = this.#deps.blockRef(subject, host, reasonCode, at)
    this.#memory.note(subject.address, { at, host, cause: ruling.cause, reasonCode, blockRef })
    return blockPage(
      { ruling, host, blockRef, at, zone: subject.zone },
      this.#deps.school(),
      chooseFormat(request.accept),
    )
  }

  /** The ruling of the target guard. One object per policy revision, so that it is interned as others are. */
  addressRuling(engine: Decider): Ruling {
    if (this.#refusedAddress?.policyVersion !== engine.revision)
      this.#refusedAddress = makeAddressRuling(engine.revision)
    return this.#refusedAddress
  }
}

/** Above the indexes of any engine (profiles times tag sets); the recorder tells rulings apart by object. */
const ADDRESS_RULING_INDEX = 0xff_ffff

function makeAddressRuling(policyVersion: number): Ruling {
  return {
    index: ADDRESS_RULING_INDEX,
    action: 'block',
    warn: false,
    stage: 'content',
    reasonCode: 'address_refused',
    profile: null,
    alert: false,
    category: null,
    ruleId: 'proxy/target-guard',
    listSource: null,
    listVersion: null,
    severity: 'low',
    openedBy: 'nothing',
    safeHost: null,
    window: null,
    cause:
      "this address is inside the school's own network or reserved, and can't be reached through the filter",
    policyVersion,
  }
}

/** The journal never holds a query string: it may carry what somebody typed. */
export function withoutQuery(path: string): string {
  const query = path.indexOf('?')
  return query < 0 ? path : path.slice(0, query)
}
