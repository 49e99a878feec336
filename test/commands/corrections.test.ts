import { expect, test } from 'vitest'
import { corrections } from '../../commands/corrections.ts'
import { deskScene } from './desk-scene.ts'

test('FLOOR is off at once and waits for a review, LOCKED for the lead, SEALED for nobody', async () => {
  const { run, as, view } = await deskScene(corrections)
  const floor = await as('nm', 'fix', 'a.example', '--remove', 'media.games')
  expect(floor.out[0]).toMatch(/fix: done/)
  expect([...view.current().queue.values()].map(({ kind }) => kind)).toContain('correction.put')
  const locked = await as('nm', 'fix', 'b.example', '--remove', 'adult.pornography')
  expect(locked.out[0]).toMatch(/waits for dsl$/)
  const sealed = await as('dsl', 'fix', 'c.example', '--remove', 'illegal.csam')
  expect(sealed).toMatchObject({ code: 1 })
  expect(sealed.err).toContain('no correction reaches it')
  const [id = ''] = view.current().corrections.keys()
  expect((await run('list')).out).toEqual([
    `${id} a.example: not media.games: because the test asks for it`,
  ])
  expect((await as('nm', 'undo', id)).code).toBe(0)
  expect(view.current().corrections.size).toBe(0)
})

test('a correction names one host', async () => {
  const { as } = await deskScene(corrections)
  expect((await as('nm', 'fix', '--remove', 'media.games')).err).toContain('name one host')
})
