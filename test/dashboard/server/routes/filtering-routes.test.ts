import { expect, it } from 'vitest'
import { dashboardScene } from '../dashboard-scene.ts'

it('the week, the grid and the matrix are the policy’s, for those who run it', async () => {
  const { signedIn } = await dashboardScene()
  const nm = await signedIn('nm')
  const { days } = (await nm.get('/api/week')).body as {
    days: { date: string; windows: object[] }[]
  }
  expect(days.map(({ date }) => date)).toContain('2026-11-24')
  expect(days.find(({ date }) => date === '2026-11-24')?.windows).toEqual([
    { name: 'reception_hours', from: 510, to: 930 },
  ])
  expect((await nm.get('/api/access-grid')).body['zones']).toEqual(['office', 'unknown'])
  const { categories } = (await nm.get('/api/category-matrix')).body as {
    categories: { id: string; lock: string; actions: string[] }[]
  }
  expect(categories.find(({ id }) => id === 'illegal.other')).toMatchObject({
    lock: 'SEALED',
    actions: ['B'],
  })
  for (const url of ['/api/week', '/api/access-grid', '/api/category-matrix'])
    expect((await (await signedIn('governor')).get(url)).status, url).toBe(403)
})

it('a host’s lists are found, sealed ones are not, and what is no host is said to be none', async () => {
  const { signedIn } = await dashboardScene()
  const nm = await signedIn('nm')
  const holders = async (host: string) =>
    nm.get(`/api/lists/holders?host=${encodeURIComponent(host)}`)
  expect((await holders('www.games.example')).body['holders']).toMatchObject([
    { entry: 'games.example', category: 'media.games', scope: 'and all below' },
  ])
  expect((await holders('sealed.example')).body['holders']).toEqual([])
  expect((await holders('nothing.example')).body['holders']).toEqual([])
  expect((await holders('not a host')).status).toBe(422)
})

it('lists have their sources and counts; without a gate no age is made up', async () => {
  const { signedIn } = await dashboardScene()
  const nm = await signedIn('nm')
  const { body } = await nm.get('/api/lists')
  expect(body['answers']).toBe(false)
  const lists = body['lists'] as { category: string; entries: number; source: string }[]
  expect(lists.find(({ category }) => category === 'media.games')).toMatchObject({
    entries: 1,
    source: 'lists/starter',
    ageSeconds: null,
  })
  expect((await nm.get('/api/talkers')).body).toEqual({ talkers: [] })
})
