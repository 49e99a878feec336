import { describe, expect, it } from 'vitest'
import { AT, dashboardScene, type Browser } from '../dashboard-scene.ts'

const REASON = 'because the lesson needs it'

async function headSeq(browser: Browser): Promise<number> {
  return Number((await browser.get('/api/changes')).body['headSeq'])
}

function siteRule(action: 'allow' | 'block') {
  const [from, to] = [AT, AT + 3_600_000].map((at) => new Date(at).toISOString())
  const after = { action, hosts: ['games.example'], profiles: null, from, to, because: REASON }
  return { kind: 'site.put', objectId: 's-1', after }
}

describe('a change', () => {
  it('that closes something is in force at once, and waits for a review by somebody else', async () => {
    const { signedIn } = await dashboardScene()
    const [nm, dsl] = [await signedIn('nm'), await signedIn('dsl')]
    const change = { basedOn: await headSeq(nm), reason: REASON, edits: [siteRule('block')] }
    const { status, body } = await nm.post('/api/changes', change)
    expect({ status, kind: body['kind'] }).toEqual({ status: 200, kind: 'applied' })
    const seq = Number(body['from'])
    const { body: list } = await dsl.get('/api/changes')
    expect(list['queue']).toEqual(
      expect.arrayContaining([expect.objectContaining({ seq, actorName: 'nm Example' })]),
    )
    const review = { from: seq, to: seq, result: 'reviewed', comment: 'looked at it: fine' }
    expect((await nm.post('/api/reviews', review)).status).toBe(403)
    expect((await dsl.post('/api/reviews', review)).status).toBe(200)
    const after = (await dsl.get('/api/changes')).body['queue'] as { seq: number }[]
    expect(after.map((entry) => entry.seq)).not.toContain(seq)
  })

  it('that opens something waits for the safeguarding lead, who sees what it does (V21)', async () => {
    const { signedIn } = await dashboardScene()
    const [nm, dsl] = [await signedIn('nm'), await signedIn('dsl')]
    const change = { basedOn: await headSeq(nm), reason: REASON, edits: [siteRule('allow')] }
    const { body } = await nm.post('/api/changes', change)
    expect(body['kind']).toBe('waiting')
    const id = String(body['proposal'])
    const decision = { decision: 'approve', reason: 'agreed with the department' }
    expect((await nm.post(`/api/changes/${id}/decision`, decision)).status).toBe(422)
    const { body: shown } = await dsl.get(`/api/changes/${id}`)
    expect(shown).toMatchObject({ authorName: 'nm Example', state: 'waiting' })
    expect((await dsl.post(`/api/changes/${id}/decision`, decision)).body['kind']).toBe('applied')
    expect((await dsl.get('/api/sites')).body['sites']).toEqual([
      expect.objectContaining({ id: 's-1', action: 'allow' }),
    ])
  })

  it('without a reason, by somebody who may not, or of a stale page is refused in words', async () => {
    const { signedIn } = await dashboardScene()
    const [nm, office] = [await signedIn('nm'), await signedIn('office')]
    const basedOn = await headSeq(nm)
    const edits = [siteRule('block')]
    const short = await nm.post('/api/changes', { basedOn, reason: 'ok', edits })
    expect(short).toMatchObject({ status: 422, body: { type: 'refused' } })
    expect((await office.post('/api/changes', { basedOn, reason: REASON, edits })).status).toBe(422)
    expect((await nm.post('/api/changes', { basedOn, reason: REASON, edits })).status).toBe(200)
    const stale = await nm.post('/api/changes', {
      basedOn,
      reason: REASON,
      edits: [siteRule('allow')],
    })
    expect(stale).toMatchObject({ status: 409, body: { type: 'conflict' } })
  })

  it.each([
    { edits: [] },
    { edits: [{ kind: 'ledger.found', objectId: 'x', after: null }] },
    { edits: [{ kind: 'review.put', objectId: 'x', after: null }] },
    { edits: Array.from({ length: 201 }, () => siteRule('block')) },
    { edits: [siteRule('block')], extra: 1 },
  ])('of a wrong shape changes nothing (%#)', async (part) => {
    const { signedIn } = await dashboardScene()
    const nm = await signedIn('nm')
    const before = await headSeq(nm)
    expect(
      (await nm.post('/api/changes', { basedOn: before, reason: REASON, ...part })).status,
    ).toBe(400)
    expect(await headSeq(nm)).toBe(before)
  })
})

describe('the change log', () => {
  it('is read in plain words, newest first, and its chain verified', async () => {
    const { signedIn } = await dashboardScene()
    const dsl = await signedIn('dsl')
    const { body } = await dsl.get('/api/log')
    const entries = body['entries'] as { seq: number; text: string }[]
    expect(entries[0]?.seq).toBeGreaterThan(Number(entries[1]?.seq))
    expect(entries.at(-1)?.text).toContain('founded the ledger')
    expect((await dsl.post('/api/log/verify')).body['ok']).toBe(true)
  })

  it('is counts alone for a governor', async () => {
    const { signedIn } = await dashboardScene()
    const governor = await signedIn('governor')
    expect((await governor.get('/api/log')).status).toBe(403)
    expect(Object.keys((await governor.get('/api/changes')).body).toSorted()).toEqual([
      'unreviewed',
      'waiting',
    ])
  })
})
