import type { Socket } from 'node:net'
import { isSelfTestAddress } from '../../self-test/stand-in.ts'
import { readProxyHeader } from './proxy-header.ts'
import type { TrustedRelays } from './trusted-relays.ts'

/** A relay sends the header with the first packet: what waits longer is something else. */
const HEADER_MS = 5_000

/**
 * Reads the PROXY protocol header of a relay's connection, then gives it on with the address of whom it is
 * for, the relay's own where it names none. Without a header, or with a broken one, the connection ends:
 * a receiver must not guess whether there is one (section 5).
 */
export function awaitProxyHeader(
  socket: Socket,
  relay: { readonly address: string; readonly relays: TrustedRelays },
  then: (address: string) => void,
): void {
  let read: Buffer = Buffer.alloc(0)
  const { relays } = relay
  const refuse = (): void => {
    relays.malformed.n += 1
    socket.destroy()
  }
  const late = setTimeout(refuse, HEADER_MS)
  const gone = (): void => {
    clearTimeout(late)
  }
  const take = (piece: Buffer): void => {
    read = read.length === 0 ? piece : Buffer.concat([read, piece])
    const header = readProxyHeader(read)
    if (header.kind === 'need-more') return
    clearTimeout(late)
    socket.off('data', take).off('close', gone)
    if (header.kind === 'malformed' || isSelfTestAddress(header.source ?? '')) {
      refuse()
      return
    }
    const cell = header.source === null ? relays.unnamed : relays.taken
    cell.n += 1
    // Paused until whoever serves it listens: what came with the header is the request's.
    socket.pause()
    then(header.source ?? relay.address)
    if (read.length > header.octets) socket.unshift(read.subarray(header.octets))
    socket.resume()
  }
  socket.on('data', take).once('close', gone)
}
