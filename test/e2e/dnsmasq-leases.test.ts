import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { twoNamespaces, type TwoNamespaces } from '../support/network-namespaces.ts'
import { schoolFolder, SCHOOL_FILES } from '../support/school-folder.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'

const PHONE = '00:1b:63:00:00:07'
const RANDOM = 'da:a1:19:00:00:01'

/** The small school, whose phone is known by its hardware and gets its address by DHCP. */
const FILES = {
  'policy.yaml': (SCHOOL_FILES['policy.yaml'] ?? '').replace('127.10.20.0/24', '10.77.0.0/24'),
  'devices.csv': `id,mac,person_ref,role,ownership,type,state,aup,posture
phone,${PHONE},p-1,staff,personal,phone,approved,signed,ok
`,
}

/** A real dnsmasq on the gate's side of the cable; DHCP alone, its leases in `file`. */
async function serveLeases({ gate, gateLink }: TwoNamespaces, file: string): Promise<void> {
  const options = ['--conf-file=/dev/null', '--keep-in-foreground', '--user=root', '--port=0']
  const range = ['--dhcp-range=10.77.0.50,10.77.0.60,1h', `--dhcp-leasefile=${file}`]
  const listen = [`--interface=${gateLink}`, '--bind-interfaces', '--log-facility=-', '--no-ping']
  const args = ['netns', 'exec', gate, 'dnsmasq', ...options, ...range, ...listen]
  const server = spawn('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  onTestFinished(async () => {
    const gone = once(server, 'exit')
    server.kill('SIGTERM')
    await gone
  })
  const { promise, resolve } = Promise.withResolvers<null>()
  server.stderr.on('data', (line: Buffer) => {
    if (line.includes('sockets bound')) resolve(null)
  })
  await promise
}

/** Asks for a lease as a phone does, and takes the address; gives it. */
async function getLease({ onDevice, deviceLink }: TwoNamespaces): Promise<string> {
  const script = join(tempDirectory(), 'udhcpc.sh')
  writeFileSync(
    script,
    '#!/bin/sh\n[ "$1" = bound ] && ip address add "$ip/24" dev "$interface"\nexit 0\n',
  )
  chmodSync(script, 0o755)
  const options = ['-f', '-q', '-n', '-t', '20', '-T', '1', '-s', script, '-i', deviceLink]
  await onDevice('udhcpc', ...options)
  const shown = await onDevice('ip', '-4', '-o', 'address', 'show', 'dev', deviceLink)
  return /inet ([\d.]+)\//.exec(shown)?.[1] ?? ''
}

test('a device that gets its address from dnsmasq is who its hardware was registered for', async () => {
  const network = twoNamespaces(['10.77.0.1/24'])
  const leases = join(tempDirectory(), 'dnsmasq.leases')
  writeFileSync(leases, '')
  await serveLeases(network, leases)
  const school = schoolFolder(FILES)
  await using gate = await GateProcess.start({
    config: school.path('gate.yaml'),
    namespace: network.gate,
    clock: '2026-11-24T10:00:00Z',
    set: {
      'dns.udp': '10.77.0.1:0',
      'dns.tcp': '10.77.0.1:0',
      'clients.sources.leases': [{ format: 'dnsmasq', file: leases }],
    },
  })
  const ask = () =>
    network.onDevice(
      ...['dig', '+timeout=5', '+tries=1', `-p${gate.dns.port}`, `@${gate.dns.host}`],
      'bets.example',
    )

  await network.changeDevice(RANDOM)
  const first = await getLease(network)
  expect(first).toMatch(/^10\.77\.0\.\d+$/)
  expect(await until(ask, (answer) => answer.includes('EDE'))).toContain('unregistered')

  await network.changeDevice(PHONE)
  const second = await getLease(network)
  expect(second).not.toBe(first)
  expect(readFileSync(leases, 'utf8')).toContain(`${PHONE} ${second} `)
  expect(await until(ask, (answer) => !answer.includes('unregistered'))).toContain('category')
})
