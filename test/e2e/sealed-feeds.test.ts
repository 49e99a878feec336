import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { feedMaker } from '../support/feed-maker.ts'
import { MailServer } from '../support/smtp-server.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { UnboundUpstream } from './unbound-upstream.ts'

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples')
const TUESDAY_10 = '2026-11-24T10:00:00Z'
const CATEGORIES = ['csam', 'terrorism', 'other'] as const
/** Distinctive, so that it would be found wherever it was written. */
const SECRET = 'unmistakable-name'

/** The example school with feeds of our own making. */
function ownSchool() {
  const directory = tempDirectory()
  cpSync(EXAMPLES, directory, { recursive: true })
  const maker = feedMaker()
  const put = (name: string, text: string): void => {
    writeFileSync(join(directory, 'sealed', name), text)
  }
  const putFeed = (
    name: (typeof CATEGORIES)[number],
    lines: string[],
    serial: number,
    issued = Date.now(),
  ): void => {
    const category = `illegal.${name}`
    put(`${category}.feed`, maker.make(lines, { id: name, category, serial, issued }))
  }
  put('hash.key', maker.hashKey)
  put('signer.pub', maker.publicPem)
  for (const name of CATEGORIES) putFeed(name, [`${name}.${SECRET}.cat.test`], 1)
  return { config: join(directory, 'gate.yaml'), put, putFeed }
}

async function dig(gate: GateProcess, name: string, from = '127.10.20.7'): Promise<string> {
  const server = ['@127.0.0.1', '-p', `${gate.dns.port}`]
  return (await run('dig', ['-b', from, ...server, name])).out
}

test('feeds are followed while the gate runs, and what is not genuine changes nothing', async () => {
  await using upstream = await UnboundUpstream.start()
  const school = ownSchool()
  await using gate = await GateProcess.start({
    config: school.config,
    clock: TUESDAY_10,
    set: { 'dns.upstreams': [upstream.url] },
  })
  const sealed = async (name: string): Promise<boolean> =>
    (await dig(gate, `${name}.${SECRET}.cat.test`)).includes('EDE: 16')
  // Open until it is sealed, so the tally may know this one.
  const isNewSealed = async () => (await dig(gate, 'new.cat.test')).includes('EDE: 16')
  const seen = [await sealed('other'), await sealed('www.other'), await isNewSealed()]
  expect(seen).toEqual([true, true, false])

  school.putFeed('other', [`other.${SECRET}.cat.test`, 'new.cat.test'], 2)
  await until(isNewSealed, Boolean)
  const serial = 'schoolgate_sealed_feed_serial{list="sealed/other"}'
  expect(await gate.metric(serial)).toBe(2)

  school.putFeed('other', [`nothing.cat.test`], 1)
  await until(
    () => gate.get('/readyz'),
    ({ body }) => body.includes('serial 1 is older than 2'),
  )
  school.put('illegal.other.feed', '')
  await until(
    () => gate.get('/readyz'),
    ({ body }) => body.includes('cut short') && body.includes('serial 2 stays in force'),
  )
  expect([await sealed('other'), await isNewSealed()]).toEqual([true, true])
  expect(await gate.metric('schoolgate_sealed_feed_refused{list="sealed/other"}')).toBe(1)

  await gate.stop()
  const files = readdirSync(gate.records, { recursive: true, withFileTypes: true })
  const holding = files
    .filter((file) => file.isFile())
    .filter(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(SECRET))
  expect(holding.map(({ name }) => name)).toEqual([])
  expect(gate.log.join('\n')).not.toContain(SECRET)
})

test('without one valid feed only help and school systems are open, and nobody is called a criminal', async () => {
  await using upstream = await UnboundUpstream.start()
  const school = ownSchool()
  school.put('illegal.terrorism.feed', feedMaker().make(['x.cat.test'], { id: 'terrorism' }))
  await using gate = await GateProcess.start({
    config: school.config,
    clock: TUESDAY_10,
    set: { 'dns.upstreams': [upstream.url] },
  })
  expect(await dig(gate, 'bbc.co.uk')).toMatch(/EDE: 16 .*lacks its list of illegal sites/)
  expect(await dig(gate, 'www.childline.org.uk')).not.toContain('EDE')
  const { body } = await gate.get('/readyz')
  expect(body).toContain('signed by nobody this gate knows')
  expect(body).toContain('only support.* and the portal are served')
})

test('a feed that is over a day old stays in force, and the network manager and the lead have a mail of it', async () => {
  await using server = await MailServer.start()
  const school = ownSchool()
  school.putFeed('other', [`other.${SECRET}.cat.test`], 2, Date.now() - 30 * 3_600_000)
  await using gate = await GateProcess.start({
    config: school.config,
    clock: TUESDAY_10,
    set: {
      'alerts.mail': { host: '127.0.0.1', port: server.port, from: 'g@ex.test', security: 'none' },
      'alerts.recipients': { dsl: ['dsl@ex.test'], network_manager: ['nm@ex.test'] },
    },
  })
  const words = 'list `other`: is 30 hours old and stays in force'
  const mails = await until(
    () => server.mails,
    (sent) => sent.length >= 2,
  )
  expect(mails.flatMap(({ to }) => to).toSorted()).toEqual(['dsl@ex.test', 'nm@ex.test'])
  // A mail folds its lines.
  for (const { text } of mails) expect(text.replaceAll(/\s+/g, ' ')).toContain(words)
  expect(JSON.parse((await gate.get('/readyz')).body)).toMatchObject({
    degraded: expect.arrayContaining([words]) as string[],
  })
  expect(await dig(gate, `other.${SECRET}.cat.test`)).toContain('EDE: 16')
  // A new one is in order, and all is well again.
  school.putFeed('other', [`other.${SECRET}.cat.test`], 3)
  await until(
    () => gate.get('/readyz'),
    ({ body }) => !body.includes('hours old'),
  )
})

test('the example says loudly that its feeds are synthetic', async () => {
  await using gate = await GateProcess.start({ clock: TUESDAY_10 })
  expect(gate.log.join('\n')).toContain('SYNTHETIC, NOT LICENSED')
  expect((await gate.get('/readyz')).body).toContain('SYNTHETIC, NOT LICENSED')
  expect(await gate.metric('schoolgate_sealed_feed_licensed{list="sealed/csam"}')).toBe(0)
})
