import { expect, test } from 'vitest'
import { vouchers } from '../../commands/vouchers.ts'
import { findCode } from '../../records/registration/known-code.ts'
import { People } from '../../records/people/people.ts'
import { AT, REASON } from '../records/governance/sample-desk.ts'
import { deskScene } from './desk-scene.ts'

const TODAY = ['--to', '2026-11-24T16:00Z']
const VERA = ['issue', 'day', '--name', 'Vera Visitor', '--host', 'head', '--zone', 'reception']

test('a voucher is issued with its code, listed without it, and revoked', async () => {
  const { run, as, view, ledger } = await deskScene(vouchers)
  const id = `v${view.current().headSeq + 1}`
  const issued = await as('reception', ...VERA, ...TODAY, '--id-checked')
  expect(issued).toMatchObject({ code: 0, err: '' })
  expect(issued.out[0]).toMatch(new RegExp(`^voucher \`${id}\`, issue: done`))
  const [, code = ''] = /^code (\S+)$/.exec(issued.out[1] ?? '') ?? []
  expect(findCode(code, view.current(), AT)).toMatchObject({ ok: true, id })
  const person = view.current().vouchers.get(id)?.person ?? ''
  expect(new People(ledger.db).find(person)?.name).toBe('Vera Visitor')
  expect((await run('list')).out).toEqual([
    `${id} day for ${person}, host head in reception, 2026-11-24T10:00:00.000Z to 2026-11-24T16:00:00.000Z: not used yet, in force`,
  ])
  const [json = ''] = (await run('list', '--json')).out
  expect(JSON.parse(json)).toMatchObject({ id, idChecked: true, state: 'in force' })
  expect(json).not.toContain('codeHash')
  expect((await as('reception', 'revoke', id)).code).toBe(0)
  expect(findCode(code, view.current(), AT)).toMatchObject({ reason: 'wrong_code' })
})

test('one that waits for the head has a code that counts from the yes on', async () => {
  const { as, desk, view } = await deskScene(vouchers)
  const issued = await as('reception', ...VERA.with(1, 'multi_agency'), ...TODAY)
  expect(issued.out[0]).toMatch(/waits for head, slt/)
  const code = issued.out[1]?.replace('code ', '') ?? ''
  expect(findCode(code, view.current(), AT)).toMatchObject({ reason: 'wrong_code' })
  const [proposal = ''] = view.current().proposals.keys()
  await desk.approve(proposal, 'head', REASON, AT)
  expect(findCode(code, view.current(), AT)).toMatchObject({ ok: true })
})

test.each([
  ['no type', ['issue', 'holiday', '--name', 'V', '--host', 'head', ...TODAY], 2],
  ['no name', ['issue', 'day', '--host', 'head', ...TODAY], 2],
  ['an empty name', ['issue', 'day', '--name', ' ', '--host', 'head', ...TODAY], 2],
  ['no host', ['issue', 'day', '--name', 'V', ...TODAY], 2],
  ['no end', ['issue', 'day', '--name', 'V', '--host', 'head'], 2],
  ['a classroom', [...VERA, '--zone', 'classroom', ...TODAY], 1],
])('with %s there is no voucher, and no code is told', async (_what, args, code) => {
  const { as, view } = await deskScene(vouchers)
  const asked = await as('reception', ...args)
  expect([asked.code, asked.out]).toEqual([code, []])
  expect(view.current().vouchers.size).toBe(0)
})
