import type { Flow } from './flow.ts'
import type { FlowMeter } from '../bandwidth/flow-meter.ts'
import { BodyReader } from './body-framing.ts'
import { parseAddress, type Address } from '../../rules/addresses/ip-address.ts'
import type { Dial, Reach } from './dial.ts'
import { MAX_INTERIM_ANSWERS } from './limits.ts'
import { OriginConnection } from './origin-connection.ts'
import type { OriginUser } from './origin-connection.ts'
import type { OriginPool } from './origin-pool.ts'
import type { Delivery } from './relay-head.ts'
import {
  answerToClient,
  deliveryOf,
  interimToClient,
  requestToOrigin,
  upgradeToClient,
} from './relay-head.ts'
import type { RequestHead } from './request-head.ts'
import type { ResponseHead } from './response-head.ts'
import { readResponseHead } from './response-head.ts'
import { UnreadBytes } from './unread-bytes.ts'

/** Why an exchange got no answer from its origin. */
export type Failure =
  Exclude<Reach['kind'], 'reached'> | 'bad-answer' | 'closed' | 'bad-body' | 'silent'

/** The client's side of an exchange. */
export interface Asker {
  /** False asks to stop until `clientDrained`. */
  send(bytes: Buffer | string): boolean
  /** More of the request may come now: an origin is there to take it. */
  wantMore(): void
  pause(): void
  resume(): void
  /** Nothing of an answer has been sent, and none will come. */
  failed(failure: Failure): void
  /** The answer is out. `reusable`: the client's connection may carry another request. */
  answered(reusable: boolean): void
  /** The answer stops in the middle; `told` when its framing shows that to the client by itself. */
  truncated(told: boolean): void
  /** The origin has switched to websocket; `rest` are its first bytes. */
  upgraded(origin: OriginConnection, rest: Buffer): void
  /** Something moved. */
  touch(): void
  fault(fault: unknown): void
  /** Whether this client may be connected to an address of the host (`dial.ts`). */
  mayReach(address: Address): boolean
  /** An origin connection that carries this client's login, kept for this client alone. */
  /** How fast this request's bytes may move. */
  readonly meter: FlowMeter
  /** Asked to stop, and not drained yet. */
  readonly isFull: boolean
  ownOrigin: { readonly origin: string; readonly connection: OriginConnection } | null
}

export interface ExchangeDeps {
  readonly dial: Dial
  readonly pool: OriginPool
}

/** Repeating these changes nothing (RFC 9110 section 9.2.2), if they carry no body. */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** Up to this size head and first bytes of a body are copied into one write: one system call. */
const JOIN_OCTETS = 16_384

/**
 * One request and its answer, streamed both ways. Each side is read only as fast as the other side
 * takes it. Whatever goes wrong ends in exactly one of the `Asker`'s four endings.
 */
export class Exchange implements Flow, OriginUser {
  readonly host: string
  readonly path: string
  readonly at: string
  readonly #head: RequestHead
  readonly #asker: Asker
  readonly #deps: ExchangeDeps
  readonly #originName: string
  readonly #upload: BodyReader
  readonly #repeatable: boolean
  #origin: OriginConnection | null = null
  #answer: ResponseHead | null = null
  #delivery: Delivery | null = null
  #download: BodyReader | null = null
  #unread = new UnreadBytes()
  #heard = false
  #interim = 0
  #retried = false
  #over = false

  /** `at`: the host to connect to. */
  constructor(head: RequestHead, at: string, asker: Asker, deps: ExchangeDeps) {
    this.host = head.host
    this.path = head.path
    this.at = at
    this.#head = head
    this.#asker = asker
    this.#deps = deps
    // With where it leads: a connection to the engine as it is must not serve who gets its safe mode.
    this.#originName = `${head.host} ${head.port} ${at}`
    this.#upload = new BodyReader(head.body)
    this.#repeatable = this.#upload.done && REPEATABLE.has(head.method)
  }

  get wantsBytes(): boolean {
    return this.#origin !== null && !this.#upload.done
  }

  start(): void {
    const own = this.#takeOwn()
    // A pooled connection may close under the request: only what can be repeated is risked on one.
    const pooled = own ?? (this.#repeatable ? this.#deps.pool.take(this.#originName) : undefined)
    if (pooled === undefined) this.#dial()
    else if (this.#mayUse(pooled)) this.#attach(pooled)
    else {
      this.#deps.pool.put(this.#originName, pooled)
      this.#dial()
    }
  }

  /** A connection that another client opened leads to an address that this one may not be led to. */
  #mayUse({ socket }: OriginConnection): boolean {
    const address = parseAddress(socket.remoteAddress ?? '')
    return address === undefined || this.#asker.mayReach(address)
  }

  clientData(chunk: Buffer): number {
    const origin = this.#origin
    if (origin === null) return 0
    const end = this.#upload.take(chunk, 0)
    if (this.#upload.broken) {
      this.#fail('bad-body')
      return chunk.length
    }
    if (end === 0) return 0
    const goesOn = this.#asker.meter.up.take(end)
    const part = end === chunk.length ? chunk : chunk.subarray(0, end)
    if (!origin.socket.write(part) || !goesOn) this.#asker.pause()
    return end
  }

  clientDrained(): void {
    if (!this.#asker.meter.down.isWaiting) this.#origin?.socket.resume()
  }

  clientEnded(): void {
    // The answer is still wanted (RFC 9112 section 9.6), unless the request will never be whole.
    if (!this.#upload.done) this.#truncate()
  }

  abandon(): void {
    this.#over = true
    this.#origin?.destroy()
  }

  expire(): void {
    if (this.#answer === null) this.#fail('silent')
    else this.#truncate()
  }

  originDrained(): void {
    // Even when all of the upload is out: a paused client's leaving would go unnoticed.
    if (!this.#asker.meter.up.isWaiting) this.#asker.resume()
  }

  originData(chunk: Buffer): void {
    this.#asker.touch()
    this.#heard = true
    const goesOn = this.#asker.meter.down.take(chunk.length)
    this.#received(chunk)
    // Not one that is in the pool by now, where it is somebody else's.
    if (!goesOn && !this.#over) this.#origin?.socket.pause()
  }

  #received(chunk: Buffer): void {
    if (this.#answer !== null) {
      this.#relay(chunk, '')
      return
    }
    this.#unread.append(chunk)
    let more = true
    while (more) more = this.#readHead()
  }

  originEnded(clean: boolean): void {
    if (this.#over) return
    if (this.#answer === null) this.#endedUnanswered()
    else if (clean && this.#answer.body.kind === 'until-close') this.#finish(false)
    else this.#truncate()
  }

  #takeOwn(): OriginConnection | undefined {
    const own = this.#asker.ownOrigin
    if (own?.origin !== this.#originName) return undefined
    this.#asker.ownOrigin = null
    return own.connection.alive ? own.connection : undefined
  }

  #dial(): void {
    const dialled = this.#deps.dial(this.at, this.#head.port, (address) =>
      this.#asker.mayReach(address),
    )
    dialled.then(
      (reach) => {
        this.#reached(reach)
      },
      (fault: unknown) => {
        this.#asker.fault(fault)
      },
    )
  }

  #reached(reach: Reach): void {
    if (reach.kind !== 'reached') {
      if (!this.#over) this.#fail(reach.kind)
      return
    }
    const origin = new OriginConnection(reach.socket, (fault) => {
      this.#asker.fault(fault)
    })
    // The client left meanwhile; the next one will be glad of the connection.
    if (this.#over) this.#deps.pool.put(this.#originName, origin)
    else this.#attach(origin)
  }

  #attach(origin: OriginConnection): void {
    this.#origin = origin
    this.#heard = false
    if (this.#head.connectionLogin) origin.personal = true
    origin.use(this)
    origin.socket.write(requestToOrigin(this.#head), 'latin1')
    this.#awaitTurns(origin)
    if (!this.#upload.done && this.#asker.meter.up.mayBegin()) this.#asker.wantMore()
  }

  /** A device in debt by its other requests waits here, or many small ones would go round its rate. */
  #awaitTurns(origin: OriginConnection): void {
    const { down, up } = this.#asker.meter
    down.whenDue = () => {
      if (this.#over) return
      this.#asker.touch()
      if (!this.#asker.isFull) origin.socket.resume()
    }
    up.whenDue = () => {
      if (this.#over) return
      this.#asker.touch()
      if (!origin.socket.writableNeedDrain) this.#asker.wantMore()
    }
    if (!down.mayBegin()) origin.socket.pause()
  }

  #endedUnanswered(): void {
    const stale =
      this.#repeatable && !this.#heard && !this.#retried && (this.#origin?.uses ?? 0) > 1
    if (!stale) {
      this.#fail('closed')
      return
    }
    this.#retried = true
    this.#origin?.destroy()
    this.#origin = null
    this.#dial()
  }

  /** True when there may be another head behind the one just read. */
  #readHead(): boolean {
    const reading = readResponseHead(this.#unread, this.#head.method)
    if (reading.kind === 'need-more') return false
    if (reading.kind === 'malformed') {
      this.#fail('bad-answer')
      return false
    }
    this.#unread.consume(reading.octets)
    if (reading.status >= 200) {
      this.#begin(reading)
      return false
    }
    if (reading.status === 101) {
      this.#upgrade(reading)
      return false
    }
    this.#interim += 1
    if (this.#interim > MAX_INTERIM_ANSWERS) {
      this.#fail('bad-answer')
      return false
    }
    if (this.#head.minor === 1) this.#asker.send(interimToClient(reading))
    return true
  }

  #upgrade(answer: ResponseHead): void {
    const origin = this.#origin
    if (origin === null || !this.#head.upgradesToWebsocket || !answer.websocket) {
      this.#fail('bad-answer')
      return
    }
    this.#over = true
    this.#asker.send(upgradeToClient(answer))
    this.#asker.upgraded(origin, this.#unread.takeAll())
  }

  #begin(answer: ResponseHead): void {
    this.#answer = answer
    this.#delivery = deliveryOf(this.#head, answer)
    this.#download = new BodyReader(answer.body)
    this.#relay(this.#unread.takeAll(), answerToClient(this.#head, answer, this.#delivery))
  }

  #relay(chunk: Buffer, head: string): void {
    const download = this.#download
    const delivery = this.#delivery
    if (download === null || delivery === null) return
    const payload: Uint8Array[] | undefined = delivery.unchunk ? [] : undefined
    const end = download.take(chunk, 0, payload)
    if (payload === undefined)
      this.#sendJoined(head, end === chunk.length ? chunk : chunk.subarray(0, end))
    else this.#sendJoined(head, Buffer.concat(payload))
    if (download.broken) this.#truncate()
    else if (download.done) this.#finish(end === chunk.length)
  }

  #sendJoined(head: string, body: Buffer): void {
    if (head === '') {
      if (body.length > 0) this.#push(body)
    } else if (body.length === 0 || body.length > JOIN_OCTETS) {
      this.#push(head)
      if (body.length > 0) this.#push(body)
    } else {
      const joined = Buffer.allocUnsafe(head.length + body.length)
      joined.write(head, 0, 'latin1')
      body.copy(joined, head.length)
      this.#push(joined)
    }
  }

  #push(bytes: Buffer | string): void {
    if (!this.#asker.send(bytes)) this.#origin?.socket.pause()
  }

  /** `exact`: the origin sent nothing beyond its answer, and so can be believed the next time. */
  #finish(exact: boolean): void {
    this.#over = true
    const answer = this.#answer
    const origin = this.#origin
    if (origin !== null) {
      if (exact && this.#upload.done && answer?.keepAlive === true) this.#keep(origin, answer)
      else origin.destroy()
    }
    this.#asker.answered(this.#upload.done && this.#delivery?.keepAlive === true)
  }

  #keep(origin: OriginConnection, answer: ResponseHead): void {
    if (answer.connectionLogin) origin.personal = true
    if (!origin.personal) {
      this.#deps.pool.put(this.#originName, origin)
      return
    }
    this.#asker.ownOrigin?.connection.destroy()
    origin.leave()
    origin.socket.resume()
    this.#asker.ownOrigin = { origin: this.#originName, connection: origin }
  }

  #fail(failure: Failure): void {
    this.#over = true
    this.#origin?.destroy()
    if (this.#answer === null) this.#asker.failed(failure)
    else this.#asker.truncated(this.#isTold())
  }

  #truncate(): void {
    this.#over = true
    this.#origin?.destroy()
    this.#asker.truncated(this.#answer !== null && this.#isTold())
  }

  /** Whether a plain close in the middle can't be taken for the end of the answer. */
  #isTold(): boolean {
    return (
      this.#delivery !== null &&
      !this.#delivery.unchunk &&
      this.#delivery.body.kind !== 'until-close'
    )
  }
}
