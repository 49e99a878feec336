import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { decode, encode, type DecodedPacket } from 'dns-packet'
import { expect, test } from 'vitest'
import { tempDirectory } from '../support/temp-directory.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { UnboundUpstream } from './unbound-upstream.ts'

/**
 * A running gate answers over DNS and HTTP what `explain` answers, for every device of the acceptance
 * vectors at every address and name that stands beside it there, at a few moments of the school year.
 */
const MOMENTS = [
  ['a lesson, staff phones refused', '2026-11-24T10:00:00Z'],
  ['the last second of reception hours', '2026-11-24T15:29:30Z'],
  ['an exam', '2027-01-12T09:30:00Z'],
  ['an INSET day', '2026-11-27T10:00:00Z'],
  ['a Saturday', '2026-11-28T10:00:00Z'],
] as const

/** Names of each kind of content, beside the vectors' own. */
const NAMES = [
  'bbc.co.uk',
  'www.childline.org.uk',
  'comms-social.cat.test',
  'files-updates.cat.test',
  'nobody-lists-this.example',
]

interface Question {
  readonly device?: string
  readonly ip: string
  readonly url: string
  readonly at: string
}

interface Expected {
  readonly action: string
  readonly reason_code: string | null
}

const VECTORS = ['access', 'content'].flatMap((name) =>
  readFileSync(join(import.meta.dirname, '..', 'acceptance', `${name}.ndjson`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Question),
)

test.each(MOMENTS)('%s: DNS and HTTP say what explain says', async (_says, at) => {
  await using upstream = await UnboundUpstream.start()
  await using gate = await GateProcess.start({
    clock: at,
    set: { 'dns.upstreams': [upstream.url] },
  })
  const questions = questionsAt(at)
  const expected = await explain(questions)
  expect(questions.length).toBeGreaterThan(200)
  for (const [index, question] of questions.entries()) {
    const { action, reason_code: reason } = expected[index] ?? { action: 'none', reason_code: null }
    const host = new URL(question.url).hostname
    const dns = await askDns(gate, question.ip, host)
    expect([question, dns]).toEqual([question, action === 'block' ? reason : null])
    if (index % 4 !== 0 || action !== 'block') continue
    const http = await askHttp(gate, question.ip, host)
    expect([question, http]).toEqual([question, reason])
  }
})

/** Each address of the vectors once, with its own name and one of ours. */
function questionsAt(at: string): Question[] {
  const byAddress = new Map(VECTORS.map((vector) => [vector.ip, vector]))
  return [...byAddress.values()].flatMap(({ device, ip, url }, index) => {
    const who = device === undefined ? { ip, at } : { ip, at, device }
    return [
      { ...who, url },
      { ...who, url: `http://${NAMES[index % NAMES.length] ?? ''}/` },
    ]
  })
}

async function explain(questions: readonly Question[]): Promise<Expected[]> {
  const file = join(tempDirectory(), 'questions.ndjson')
  writeFileSync(file, questions.map((question) => `${JSON.stringify(question)}\n`).join(''))
  const root = join(import.meta.dirname, '..', '..')
  const config = join(root, 'examples', 'gate.yaml')
  // Its own records folder: with none there, explain reads the files as the gate's first start does.
  const records = join(tempDirectory(), 'none')
  const { out } = await run(join(root, 'schoolgate'), [
    'explain',
    '--config',
    config,
    '--set',
    `records.directory=${records}`,
    '--batch',
    file,
  ])
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Expected)
}

/** The reason code that the extended error names, null for an answer that is none of a refusal. */
async function askDns(gate: GateProcess, from: string, name: string): Promise<string | null> {
  const socket = createSocket('udp4')
  socket.bind(0, from)
  await once(socket, 'listening')
  const query = encode({
    type: 'query',
    id: 4711,
    flags: 0x100,
    questions: [{ type: 'A', name }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  })
  socket.send(query, gate.dns.port, gate.dns.host)
  const [answer] = (await once(socket, 'message')) as [Buffer]
  socket.close()
  const packet: DecodedPacket = decode(answer)
  const options = packet.additionals?.flatMap((record) =>
    record.type === 'OPT' ? record.options : [],
  )
  const error = options?.find((option) => (option.code as number) === 15)
  if (error === undefined || !('data' in error) || !Buffer.isBuffer(error.data)) return null
  return error.data.subarray(2).toString().split(': ')[0] ?? null
}

async function askHttp(gate: GateProcess, from: string, host: string): Promise<string | null> {
  const socket = connect({ port: gate.http.port, host: gate.http.host, localAddress: from })
  socket.on('error', () => undefined)
  socket.write(
    `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nAccept: application/json\r\nConnection: close\r\n\r\n`,
  )
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'close')
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n')
  if (!head.startsWith('HTTP/1.1 403')) return null
  return (JSON.parse(body) as { reason_code: string | null }).reason_code
}
