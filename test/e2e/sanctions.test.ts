import { appendFileSync, cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { UnboundUpstream } from './unbound-upstream.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** Two devices of one teacher, open at any hour: a school laptop, and his own in the staffroom. */
const LAPTOP = '127.10.20.10'
const OTHER = '127.10.20.8'
/** Another teacher's watch, in the same room. */
const COLLEAGUE = '127.10.20.9'

/** What must come, comes within this on any machine. */
const PATIENCE_MS = 60_000

test('whoever tries again and again to get round the filter is locked out until somebody lifts it', async () => {
  await using upstream = await UnboundUpstream.start()
  const directory = tempDirectory()
  cpSync(join(ROOT, 'examples'), directory, { recursive: true })
  const rule = '{ count: 3, within_min: 15, lockout_min: 60 }'
  appendFileSync(join(directory, 'policy.yaml'), `sanctions:\n  bypass: ${rule}\n`)
  const config = join(directory, 'gate.yaml')
  await using gate = await GateProcess.start({ config, set: { 'dns.upstreams': [upstream.url] } })
  const reasonOf = async (name: string, from = LAPTOP): Promise<string | null> => {
    const { out } = await run('dig', ['-b', from, '@127.0.0.1', '-p', `${gate.dns.port}`, name])
    return /EDE: 1[567] \(\w+\): \(([\w:]+): /.exec(out)?.[1] ?? null
  }
  const tool = async (...args: string[]): Promise<string> => {
    const { out, err } = await run(join(ROOT, 'schoolgate'), args)
    return `${out}${err}`
  }
  const because = ['--reason', 'for the test of sanctions', '--records', gate.records]
  await tool('changes', 'appoint', 'p-head', 'head', ...because)
  await tool('changes', 'appoint', 'p-dsl', 'dsl', '--actor', 'p-head', ...because)

  expect(await reasonOf('bbc.co.uk')).toBeNull()
  for (const name of ['a', 'b', 'c'])
    expect(await reasonOf(`${name}.bypass-vpn.cat.test`)).toMatch(/^(?:category|grant_needed)$/)
  await until(
    () => reasonOf('bbc.co.uk'),
    (reason) => reason === 'sanction',
    PATIENCE_MS,
  )
  // A person's, on all devices; nobody else's; and help is open.
  await until(
    () => reasonOf('bbc.co.uk', OTHER),
    (reason) => reason === 'sanction',
    PATIENCE_MS,
  )
  expect(await reasonOf('bbc.co.uk', COLLEAGUE)).not.toBe('sanction')
  expect(await reasonOf('www.childline.org.uk')).toBeNull()

  const proxy = ['-s', '--interface', LAPTOP, '-x', `http://127.0.0.1:${gate.http.port}`]
  const { out: page } = await run('curl', [...proxy, 'http://bbc.co.uk/'])
  expect(page).toMatch(/access is closed until \d\d:\d\d/)

  const at = ['--records', gate.records]
  const listed = await tool('sanctions', 'list', ...at)
  const [, id = '', end = ''] =
    /^(s\d+): \S+ \(staff\), locked out until (\S+), after 3/m.exec(listed) ?? []
  expect(id).not.toBe('')
  const set = ['--set', `records.directory=${gate.records}`]
  const question = ['--ip', LAPTOP, '--url', 'bbc.co.uk', '--json']
  const { out: explained } = await run(join(ROOT, 'schoolgate'), [
    ...['explain', '--config', config, ...set, ...question],
  ])
  expect(JSON.parse(explained)).toMatchObject({
    ...{ action: 'block', reason_code: 'sanction', profile: null, rule_id: `sanction.${id}` },
    valid_until: end.replace('.000Z', 'Z'),
  })
  // Of a member of staff the head is told, of a pupil the safeguarding lead.
  await until(
    () => tool('alerts', 'list', '--actor', 'p-head', ...at),
    (alerts) => alerts.includes('locked out until'),
    PATIENCE_MS,
  )

  await tool('sanctions', 'lift', id, '--actor', 'p-dsl', ...because)
  await until(
    () => reasonOf('bbc.co.uk'),
    (reason) => reason === null,
    PATIENCE_MS,
  )
  expect(await tool('sanctions', 'list', ...at)).not.toContain(id)
}, 240_000)
