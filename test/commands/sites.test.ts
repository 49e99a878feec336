import { expect, test } from 'vitest'
import { sites } from '../../commands/sites.ts'
import { AT, REASON } from '../records/governance/sample-desk.ts'
import { deskScene } from './desk-scene.ts'

const TODAY = ['--until', '2026-11-24T16:00Z']

test('a block is in force at once, an opening for pupils after the lead’s yes', async () => {
  const { run, as, desk, view } = await deskScene(sites)
  expect((await as('it', 'block', 'bad.example', ...TODAY)).out[0]).toMatch(/block: done/)
  const [id = ''] = view.current().sites.keys()
  expect((await run('list')).out).toEqual([
    `${id} block bad.example for everybody, 2026-11-24T10:00:00.000Z to 2026-11-24T16:00:00.000Z: Closed by the school for now., in force`,
  ])
  const opened = await as('nm', 'allow', 'good.example', ...TODAY, '--because', 'World Cup')
  expect(opened.out[0]).toMatch(/waits for dsl$/)
  const removed = await as('nm', 'remove', id)
  expect(removed.out[0]).toMatch(/waits for dsl$/)
  for (const proposal of view.current().proposals.keys())
    expect(await desk.approve(proposal, 'dsl', REASON, AT)).toMatchObject({ kind: 'applied' })
  expect((await run('list')).out.join()).toContain('World Cup')
  expect(view.current().sites.size).toBe(1)
})

test('a service is closed as one, under the name that people know', async () => {
  const { run, as, view } = await deskScene(sites)
  expect((await as('it', 'block', 'service:youtube', ...TODAY)).out[0]).toMatch(/block: done/)
  expect((await run('list')).out[0]).toContain('block service:youtube for everybody')
  const { out, err, code } = await as('it', 'block', 'service:yutube', ...TODAY)
  expect([...out, err].join()).toContain('no service `yutube`; did you mean `youtube`?')
  expect(code).not.toBe(0)
  expect(view.current().sites.size).toBe(1)
})

test('for staff alone an opening waits for nobody', async () => {
  const { as } = await deskScene(sites)
  const { out } = await as('nm', 'allow', 'good.example', ...TODAY, '--profile', 'staff_work')
  expect(out[0]).toMatch(/allow: done/)
})

test.each([
  ['no sites', ['block', ...TODAY], /name the sites/],
  ['no end', ['block', 'a.example'], /say until when: --until TIME/],
])('%s is wrong usage', async (_says, args, why) => {
  const { as } = await deskScene(sites)
  expect(await as('nm', ...args)).toMatchObject({
    code: 2,
    err: expect.stringMatching(why) as string,
  })
})
