import { readdirSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { openSiteDesk, type SiteDesk } from '../../commands/site-desk.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { rememberRedis } from '../../records/redis/site-redis.ts'
import { StoreRefused } from '../../records/sqlite/open-database.ts'
import { RedisServer } from '../support/redis-server.ts'
import { addressOf, SpineNode, untilAgreed } from '../support/spine-scene.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import {
  AT,
  DIRECTION_OF,
  LOSE_PUPIL,
  REASON,
  sampleDesk,
  UNLOCK_STAFF,
} from '../records/governance/sample-desk.ts'

const said: string[] = []
const DEPS = { directionOf: DIRECTION_OF, now: () => AT, err: (line: string) => said.push(line) }

async function opened(directory: string): Promise<SiteDesk> {
  const site = await openSiteDesk(directory, DEPS)
  if (typeof site === 'string') throw new Error(site)
  return site
}

function submit({ desk, view }: SiteDesk, edit: typeof LOSE_PUPIL) {
  const basedOn = view.current().headSeq
  return desk.submit({ basedOn, reason: REASON, edits: [edit] }, 'nm', AT)
}

test('without Redis a change is in this node’s ledger', async () => {
  const { directory, view } = sampleDesk()
  await using site = await opened(directory)
  expect(await submit(site, LOSE_PUPIL)).toMatchObject({ kind: 'applied' })
  expect(view.current().devices.get('pupil-phone')?.state).toBe('lost')
})

test('a folder without a ledger stays one, and an empty ledger has no site to write for', async () => {
  const directory = tempDirectory()
  await expect(openSiteDesk(directory, DEPS)).rejects.toThrow(StoreRefused)
  expect(readdirSync(directory)).toEqual([])
  openLedger(directory).close()
  expect(await openSiteDesk(directory, DEPS)).toBe('the ledger is empty: start the gate once')
})

test('with Redis a change is at every gate of the site when the command ends; without its answer it is refused', async () => {
  await using redis = await RedisServer.prepare('--appendonly', 'yes', '--appendfsync', 'no')
  await redis.start()
  const { directory, ledger } = sampleDesk()
  rememberRedis(directory, { gate: 'g1', address: addressOf(redis.url) })
  const far = await new SpineNode('g2', redis.url).start()
  onTestFinished(() => far[Symbol.asyncDispose]())
  {
    await using site = await opened(directory)
    expect(await submit(site, UNLOCK_STAFF)).toMatchObject({ kind: 'applied' })
  }
  const { seq, hash } = ledger.head()
  await untilAgreed([far], seq)
  expect(far.spine.head().hash).toBe(hash)

  await redis.kill()
  await using site = await opened(directory)
  const back = { ...UNLOCK_STAFF, after: { ...(UNLOCK_STAFF.after as object), state: 'approved' } }
  const suspended = { ...back, after: { ...back.after, type: 'laptop' } }
  expect(await submit(site, suspended)).toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('only what shuts out can be changed') as string,
  })
  expect(ledger.head().seq).toBe(seq)
  expect(await submit(site, LOSE_PUPIL)).toMatchObject({ kind: 'applied' })
  await redis.start()
  await until(
    () => far.spine.head().seq,
    (there) => there === seq + 1,
  )
})
