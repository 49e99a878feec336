import { expect, it } from 'vitest'
import { AT, dashboardScene } from '../dashboard-scene.ts'

it('holds are for the safeguarding lead and the head, with who placed them and why', async () => {
  const { signedIn, school } = await dashboardScene()
  const none = { gate: null, first: null, last: null, from: null, to: null }
  const after = { ...none, person: 'p-pupil', incident: null, until: null }
  const edits = [{ kind: 'hold.put' as const, objectId: '1', after }]
  const change = { basedOn: school.register().headSeq, reason: 'the police have asked', edits }
  expect(await school.desk.submit(change, 'p-dsl', AT)).toMatchObject({ kind: 'applied' })
  for (const login of ['dsl', 'head'] as const)
    expect((await (await signedIn(login)).get('/api/holds')).body['holds']).toMatchObject([
      { id: '1', name: 'Poppy Example', placedName: 'dsl Example', released: null },
    ])
  for (const login of ['nm', 'teacher', 'it', 'governor'] as const)
    expect((await (await signedIn(login)).get('/api/holds')).status, login).toBe(403)
})
