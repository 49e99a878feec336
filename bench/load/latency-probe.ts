/**
 * Asks one name again and again over UDP, as one device would, and prints as JSON how long the answers took:
 * `node bench/load/latency-probe.ts HOST PORT NAME SECONDS PER_SECOND`. A process of its own, so that what
 * the bench does meanwhile is not in its figures.
 */
import { createSocket } from 'node:dgram'
import { queryFor } from '../../test/support/dns-packets.ts'

const [host = '', port = '', name = '', seconds = '', perSecond = ''] = process.argv.slice(2)

/** Answers later than this are lost. */
const TIMEOUT_MS = 1_000

const total = Math.round(Number(seconds) * Number(perSecond))
const sentAt = new Float64Array(0x1_0000)
const tookMs: number[] = []
const query = queryFor(name)
const socket = createSocket('udp4')
socket.on('message', (answer) => {
  const id = answer.readUInt16BE(0)
  const sent = sentAt[id] ?? 0
  if (sent === 0) return
  sentAt[id] = 0
  tookMs.push(performance.now() - sent)
})
socket.bind(0, '127.0.0.1')
socket.once('listening', () => {
  const began = performance.now()
  let sent = 0
  const send = (): void => {
    // What is due by now: a timer that comes late does not make the load smaller.
    const due = Math.min(
      total,
      Math.floor(((performance.now() - began) / 1_000) * Number(perSecond)),
    )
    for (; sent < due; sent += 1) {
      const id = sent & 0xffff
      // A query of its own each: the socket reads it after this loop has gone on.
      const own = Buffer.from(query)
      own.writeUInt16BE(id, 0)
      sentAt[id] = performance.now()
      socket.send(own, Number(port), host)
    }
    if (sent < total) setTimeout(send, 1)
    else setTimeout(finish, TIMEOUT_MS)
  }
  send()
})

function finish(): void {
  socket.close()
  tookMs.sort((a, b) => a - b)
  const at = (share: number): number =>
    Math.round((tookMs[Math.floor(tookMs.length * share)] ?? NaN) * 1_000)
  const lost = total - tookMs.length
  console.log(JSON.stringify({ asked: total, lost, p50Us: at(0.5), p99Us: at(0.99) }))
}
