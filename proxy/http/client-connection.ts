import type { Socket } from 'node:net'
import { FREE, type FlowMeter } from '../bandwidth/flow-meter.ts'
import { looksLikeProxyHeader } from '../clients/relays/proxy-header.ts'
import { noticePage } from '../pages/gate-pages.ts'
import type { Page } from '../pages/page.ts'
import type { ClientDeps } from './client-deps.ts'
import type { Expiring } from './deadlines.ts'
import type { Address } from '../../rules/addresses/ip-address.ts'
import type { Reach } from './dial.ts'
import type { Asker, Failure } from './exchange.ts'
import { Exchange } from './exchange.ts'
import type { HeadProblem } from './field-section.ts'
import type { Flow, Relayed } from './flow.ts'
import type { Judgement } from './judge.ts'
import { OriginConnection } from './origin-connection.ts'
import { pageBytes } from './page-bytes.ts'
import type { RequestHead } from './request-head.ts'
import { readRequestHead } from './request-head.ts'
import { Tunnel } from './tunnel.ts'
import { UnreadBytes } from './unread-bytes.ts'

/**
 * `reading`: waits for a head or reads one; `waiting`: a page or a tunnel is on its way; `flow`: an
 * exchange or tunnel; `closing`: the last answer is out, what still comes is thrown away.
 */
type State = 'reading' | 'waiting' | 'flow' | 'closing' | 'gone'

const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n'
/** First octet of a TLS record; on the block page's port it is a browser that DNS sent here for https. */
const TLS_HANDSHAKE = 0x16

/** One client: its requests in order, each answered before the next is read (RFC 9112 section 9.3.2). */
export class ClientConnection implements Asker, Expiring {
  deadline = 0
  ownOrigin: Asker['ownOrigin'] = null
  meter: FlowMeter = FREE
  readonly address: string
  readonly #socket: Socket
  readonly #deps: ClientDeps
  readonly #unread = new UnreadBytes()
  #state: State = 'reading'
  #flow: Flow | null = null
  #head: RequestHead | null = null
  /** Where the last request that was let through went to. */
  #relayed: Relayed | null = null
  #restMs = 0
  #inHead = false
  #ended = false

  /** The caller has put an error listener on the socket already. */
  constructor(socket: Socket, address: string, deps: ClientDeps) {
    this.#socket = socket
    this.#deps = deps
    this.address = address
    this.deadline = deps.deadlines.now + deps.timeouts.headMs
    deps.deadlines.add(this)
    socket.on('data', (chunk: Buffer) => {
      try {
        this.#received(chunk)
      } catch (fault) {
        this.fault(fault)
      }
    })
    this.#listen('drain', () => {
      this.#drained()
    })
    this.#listen('end', () => {
      this.#clientEnded()
    })
    this.#listen('finish', () => {
      if (this.#state === 'closing') this.#restFor(deps.timeouts.lingerMs)
    })
    this.#listen('close', () => {
      this.#closed()
    })
  }

  get isIdle(): boolean {
    return this.#state === 'reading' && this.#unread.length === 0
  }

  /** Where it is connected to, or was before it fell idle; null where nothing was let through. */
  get relayed(): Relayed | null {
    return this.#flow ?? this.#relayed
  }

  get isFull(): boolean {
    return this.#socket.writableNeedDrain
  }

  /** Policy, window or device are others now: what runs on goes at their rate. */
  renewMeter(): void {
    if (this.#flow !== null) this.#deps.renewMeter(this.address, this.#flow, this.meter)
  }

  /** Ends it at once; a client in the middle of something sees a reset and no clean end. */
  cut(): void {
    if (this.#flow === null) this.#socket.destroy()
    else this.#socket.resetAndDestroy()
  }

  expire(): void {
    switch (this.#state) {
      case 'reading':
        if (this.#inHead)
          this.#answerAndClose(noticePage(408, 'the request took too long to arrive'))
        else this.#socket.destroy()
        return
      case 'flow':
        this.#flow?.expire()
        return
      case 'waiting':
      case 'closing':
        this.#socket.destroy()
        return
      case 'gone':
        return
    }
  }

  // --- Asker: what the exchange says

  send(bytes: Buffer | string): boolean {
    this.touch()
    return typeof bytes === 'string'
      ? this.#socket.write(bytes, 'latin1')
      : this.#socket.write(bytes)
  }

  wantMore(): void {
    // Resumed first: feeding may find that the origin is slow and pause again.
    this.#socket.resume()
    if (this.#unread.length > 0) this.#feed(this.#unread.takeAll())
    if (this.#ended) this.#tellEnd()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  touch(): void {
    this.deadline = this.#deps.deadlines.now + this.#restMs
  }

  mayReach(target: Address): boolean {
    return this.#head === null || this.#deps.mayReach(this.address, this.#head, target)
  }

  failed(failure: Failure): void {
    this.#flow = null
    const head = this.#head
    if (head === null || this.#state === 'gone') return
    this.#answer(head, this.#deps.failurePage(this.address, head, failure))
    this.#readRequests()
  }

  answered(reusable: boolean): void {
    this.#flow = null
    if (this.#state === 'gone') return
    if (!reusable || this.#deps.isDraining()) {
      this.#closeGently()
      return
    }
    this.#state = 'reading'
    this.#readRequests()
  }

  truncated(told: boolean): void {
    this.#flow = null
    this.#state = 'closing'
    this.#restFor(this.#deps.timeouts.lingerMs)
    if (told) this.#socket.destroySoon()
    else this.#socket.resetAndDestroy()
  }

  upgraded(origin: OriginConnection, rest: Buffer): void {
    const relayed = this.#relayed
    if (relayed === null || this.#state === 'gone') origin.destroy()
    else this.#openTunnel(relayed, origin, rest)
  }

  /** A bug: this connection pays for it, the thread goes on. */
  fault(fault: unknown): void {
    this.#deps.faults.n += 1
    this.#deps.log.error({ err: fault }, 'fault in an http connection')
    this.#socket.destroy()
  }

  // --- socket events

  #listen(event: 'drain' | 'end' | 'finish' | 'close', step: () => void): void {
    this.#socket.on(event, () => {
      try {
        step()
      } catch (fault) {
        this.fault(fault)
      }
    })
  }

  #received(chunk: Buffer): void {
    switch (this.#state) {
      case 'reading':
        this.#unread.append(chunk)
        this.#readRequests()
        return
      case 'flow':
        this.touch()
        if (this.#flow?.wantsBytes === true) {
          this.#feed(chunk)
          return
        }
        this.#hold(chunk)
        return
      case 'waiting':
        this.#hold(chunk)
        return
      case 'closing':
      case 'gone':
        return
    }
  }

  /** Kept for later, and no more is read: the socket's own buffers bound what a client can pile up. */
  #hold(chunk: Buffer): void {
    this.#unread.append(chunk)
    this.#socket.pause()
  }

  #feed(chunk: Buffer): void {
    const end = this.#flow?.clientData(chunk) ?? 0
    if (end < chunk.length && this.#state !== 'closing') this.#hold(chunk.subarray(end))
  }

  #drained(): void {
    if (this.#state === 'flow') {
      this.touch()
      this.#flow?.clientDrained()
    } else if (this.#state === 'reading') this.#readRequests()
  }

  #clientEnded(): void {
    this.#ended = true
    if (this.#state === 'flow') {
      this.#restMs = this.#deps.timeouts.halfClosedMs
      this.touch()
      this.#tellEnd()
    } else if (this.#state === 'reading') this.#readRequests()
  }

  /** Not before the bytes ahead of the FIN: they wait here while an origin is dialled. */
  #tellEnd(): void {
    if (this.#unread.length === 0 || this.#flow?.wantsBytes === true) this.#flow?.clientEnded()
  }

  #closed(): void {
    this.#state = 'gone'
    this.#flow?.abandon()
    this.#flow = null
    this.ownOrigin?.connection.destroy()
    this.#deps.deadlines.delete(this)
    this.#deps.onClose(this)
  }

  // --- requests

  #readRequests(): void {
    while (this.#state === 'reading') {
      // Pages are answered here and now: a client that sends requests and reads no answers waits.
      if (this.#socket.writableNeedDrain) {
        this.#socket.pause()
        return
      }
      if (this.#isTlsByMistake()) {
        this.#socket.destroy()
        return
      }
      const reading = readRequestHead(this.#unread, this.#deps.forms)
      switch (reading.kind) {
        case 'need-more':
          this.#awaitMore()
          return
        case 'malformed':
          this.#refuseMalformed(reading)
          return
        case 'head':
          this.#unread.consume(reading.octets)
          this.#inHead = false
          this.#begin(reading)
      }
    }
  }

  #isTlsByMistake(): boolean {
    return (
      this.#deps.forms === 'page' &&
      this.#unread.length > 0 &&
      this.#unread.view()[0] === TLS_HANDSHAKE
    )
  }

  #awaitMore(): void {
    if (this.#ended) {
      this.#socket.end()
      return
    }
    if (this.#socket.isPaused()) this.#socket.resume()
    if (this.#unread.length === 0) {
      this.#inHead = false
      this.#restFor(this.#deps.timeouts.clientIdleMs)
    } else if (!this.#inHead) {
      // Once per head: a drip of octets doesn't move the deadline.
      this.#inHead = true
      this.#restFor(this.#deps.timeouts.headMs)
    }
  }

  #begin(head: RequestHead): void {
    this.#head = head
    this.#settle(head, this.#deps.judge(this.address, head))
  }

  #settle(head: RequestHead, judgement: Judgement): void {
    switch (judgement.kind) {
      case 'answer':
        if (judgement.page instanceof Promise) this.#answerLater(head, judgement.page)
        else this.#answer(head, judgement.page)
        return
      case 'forward':
        this.#forward(judgement.head ?? head, judgement.at)
        return
      case 'tunnel':
        this.#dialTunnel(head, judgement.at)
        return
      case 'later':
        this.#await(judgement.judgement, this.#settleLate.bind(this, head))
    }
  }

  /** What came of the request meanwhile was kept: it is read on as after any answer or start. */
  #settleLate(head: RequestHead, settled: Judgement): void {
    if (this.#state === 'gone') return
    this.#settle(head, settled)
    if (settled.kind === 'forward') this.wantMore()
    if (settled.kind === 'answer') this.#readRequests()
  }

  #forward(head: RequestHead, at: string): void {
    this.#relayed = { host: head.host, path: head.path, at }
    this.#state = 'flow'
    this.#restMs = this.#deps.timeouts.silenceMs
    this.touch()
    this.meter = this.#deps.meter(this.address, this.#relayed)
    const exchange = new Exchange(head, at, this, this.#deps)
    this.#flow = exchange
    exchange.start()
  }

  #dialTunnel(head: RequestHead, at: string): void {
    const dialled = this.#deps.dial(at, head.port, (address) => this.mayReach(address))
    this.#await(dialled, (reach) => {
      this.#dialled(head, at, reach)
    })
  }

  #answerLater(head: RequestHead, page: Promise<Page>): void {
    this.#await(page, (ready) => {
      if (this.#state === 'gone') return
      this.#answer(head, ready)
      this.#readRequests()
    })
  }

  /** The dial and the page service bound their own waiting, so no deadline runs meanwhile. */
  #await<Value>(promise: Promise<Value>, then: (value: Value) => void): void {
    this.#state = 'waiting'
    this.deadline = Infinity
    promise.then(then).catch((fault: unknown) => {
      this.fault(fault)
    })
  }

  #dialled(head: RequestHead, at: string, reach: Reach): void {
    if (reach.kind !== 'reached') {
      this.failed(reach.kind)
      return
    }
    const origin = new OriginConnection(reach.socket, (fault) => {
      this.fault(fault)
    })
    if (this.#state === 'gone') {
      origin.destroy()
      return
    }
    this.#socket.write(ESTABLISHED, 'latin1')
    const target = { host: head.host, path: head.path, at }
    this.meter = this.#deps.meter(this.address, target)
    this.#openTunnel(target, origin, NOTHING)
  }

  #openTunnel(target: Relayed, origin: OriginConnection, rest: Buffer): void {
    this.#state = 'flow'
    this.#restMs = this.#deps.timeouts.tunnelIdleMs
    const tunnel = new Tunnel(
      target,
      {
        client: this.#socket,
        origin,
        touch: () => {
          this.touch()
        },
        closed: () => {
          this.#flow = null
          if (this.#state === 'flow') this.#state = 'closing'
          this.#restFor(this.#deps.timeouts.lingerMs)
        },
      },
      { cells: this.#deps.tunnelCells, meter: this.meter },
    )
    this.#flow = tunnel
    this.touch()
    if (rest.length > 0) tunnel.originData(rest)
    // What the client sent before it was told that the tunnel stands.
    this.wantMore()
  }

  // --- answers of our own

  #refuseMalformed(problem: HeadProblem): void {
    this.#deps.malformed.n += 1
    if (looksLikeProxyHeader(this.#unread.view())) this.#deps.relays.ignored.n += 1
    this.#answerAndClose(noticePage(problem.status, problem.problem))
  }

  #answerAndClose(page: Page): void {
    this.#socket.write(pageBytes(page, { headOnly: false, keepAlive: false, minor: 1 }))
    this.#closeGently()
  }

  #answer(head: RequestHead, page: Page): void {
    const keepAlive = head.keepAlive && !hasBody(head) && !this.#deps.isDraining()
    const headOnly = head.method === 'HEAD'
    this.#socket.write(pageBytes(page, { headOnly, keepAlive, minor: head.minor }))
    if (keepAlive) this.#state = 'reading'
    else this.#closeGently()
  }

  /** The rest of the request is read and thrown away for a while, or an RST could overtake the answer. */
  #closeGently(): void {
    this.#state = 'closing'
    this.#restFor(this.#deps.timeouts.silenceMs)
    this.#socket.end()
    this.#socket.resume()
  }

  #restFor(ms: number): void {
    this.deadline = this.#deps.deadlines.now + ms
  }
}

const NOTHING = Buffer.alloc(0)

/** An unread body would be taken for the next request. One that waits for 100 may come or not. */
function hasBody(head: RequestHead): boolean {
  return (
    head.expectsContinue ||
    (head.body.kind === 'length' ? head.body.octets > 0 : head.body.kind !== 'none')
  )
}
