import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { searchPath } from './debian-packages.ts'
import { SECRET } from './radius-packets.ts'
import { tempDirectory } from './temp-directory.ts'

/** A FreeRADIUS that takes Disconnect-Requests, as a NAS does, of what `session` says and of no other. */
export interface FreeRadius {
  readonly port: number
  /** Its log so far. */
  readonly log: readonly string[]
}

const configOf = (directory: string, port: number, session: string): string => `
prefix = /usr
logdir = ${directory}
raddbdir = ${directory}
run_dir = ${directory}
libdir = /usr/lib/freeradius
log { destination = stdout }
client gate { ipaddr = 127.0.0.1
 secret = ${SECRET}
 require_message_authenticator = yes
}
modules {
 always ok { rcode = ok }
 always reject { rcode = reject }
}
server default {
 listen { type = coa
  ipaddr = 127.0.0.1
  port = ${port}
 }
 recv-coa {
  if (&Acct-Session-Id == "${session}") { ok
  } else { reject
  }
 }
 send-coa { ok
 }
}
thread pool { start_servers = 1
 max_servers = 1
 min_spare_servers = 1
 max_spare_servers = 1
}
`

/** Rejects when it does not start. Ends with the running test. */
export async function freeRadius(session: string): Promise<FreeRadius> {
  const directory = tempDirectory()
  const port = await freePort()
  writeFileSync(join(directory, 'radiusd.conf'), configOf(directory, port, session))
  const args = ['-d', directory, '-n', 'radiusd', '-fxx', '-l', 'stdout']
  const env = { ...process.env, PATH: searchPath() }
  const child = spawn('freeradius', args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await gone
  })
  const log: string[] = []
  const lines = createInterface({ input: child.stdout })
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      log.push(line)
      if (line.includes('Ready to process requests')) resolve()
    })
    child.once('error', reject)
    child.once('exit', () => {
      reject(new Error(`freeradius ended:\n${log.slice(-20).join('\n')}`))
    })
  })
  return { port, log }
}

/** It takes no port 0; one that was free a moment ago. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
