import { parentPort, workerData } from 'node:worker_threads'
import type { FromThread, SentBundle, ThreadStart, ToThread } from '../../proxy/thread-messages.ts'

/**
 * A data thread without listeners, for tests of the fleet: it says what it was born with, and throws
 * where a test tells it to, in the middle of a message as a bug would.
 */
const port = parentPort
if (port === null) throw new Error('runs as a worker thread only')
const start = workerData as ThreadStart
const say = (message: FromThread): void => {
  port.postMessage(message)
}

port.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'swap':
      swap(message.bundle)
      return
    case 'report': {
      const cells = [['lives', {}, start.bundle.revision]] as const
      say({ kind: 'report', id: message.id, snapshot: { cells, histograms: [] } })
      return
    }
    case 'stand-in':
      if (message.standIns.length < 9) say({ kind: 'stood-in', id: message.id })
      return
    case 'postures':
      say({
        kind: 'log',
        level: 'warn',
        message: `${message.postures.length} postures`,
        details: {},
      })
      return
    case 'recheck':
    case 'portal':
      return
    case 'identity':
      say({ kind: 'log', level: 'warn', message: message.identity.certificate, details: {} })
      return
    case 'stop':
      port.close()
      return
    case 'recent':
      say({ kind: 'log', level: 'warn', message: `${message.visits.length} visits`, details: {} })
      return
  }
})

function swap(bundle: SentBundle): void {
  const { revision } = bundle
  if (revision < 10) tellDevices(bundle)
  if (revision === 666) throw new Error('a bug of this thread')
  if (revision === 13) say({ kind: 'swap-failed', revision: 13, message: 'cannot be opened' })
  else say({ kind: 'swapped', revision, tookMs: 1, cut: 2 })
}

function tellDevices({ revision, devices, policy }: SentBundle): void {
  const rules = policy === null ? 'the same policy' : policy.school.name
  const what = `${devices === null ? 'the same devices' : `${devices.length} devices`}, ${rules}`
  say({ kind: 'log', level: 'warn', message: `${revision}: ${what}`, details: {} })
}

if (start.number === 1) {
  say({ kind: 'ask-recent', id: 1, who: 'tablet' })
}
const udp = start.dns.udp
const port0 = udp?.port === 0 ? { ...udp, port: 4000 + start.number } : udp
const bound = { dnsUdp: port0, dnsTcp: null, doh: null, http: null, blockPage: null }
say({ kind: 'ready', bound })
