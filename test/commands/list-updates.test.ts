import { join } from 'node:path'
import { expect, test } from 'vitest'
import { updateLists } from '../../commands/list-updates.ts'
import { lists } from '../../commands/lists.ts'
import { captured } from '../support/captured-output.ts'
import { ListServer } from '../support/list-server.ts'
import { SCHOOL_FILES, schoolFolder } from '../support/school-folder.ts'

function schoolOf(server: ListServer, fetched: string) {
  const school = schoolFolder({
    'gate.yaml': `${SCHOOL_FILES['gate.yaml'] ?? ''}lists: { fetch: { allowTargets: [127.0.0.0/8] } }\n`,
    'policy.yaml': `${SCHOOL_FILES['policy.yaml'] ?? ''}${fetched.replaceAll('URL', server.url())}`,
  })
  const config = ['--config', join(school.directory, 'gate.yaml')]
  return (...args: readonly string[]) => captured(() => updateLists([...args, ...config]))
}

test('the lists of the policy are fetched at once, or those that are named', async () => {
  await using server = await ListServer.start()
  server.answer = (request, response) => {
    if (request.url === '/list2') response.writeHead(503).end()
    else response.end('one.example\nbbc.co.uk\n')
  }
  const update = schoolOf(
    server,
    `  - { id: games, url: "URL", category: media.games }
  - { id: press, url: "URL2", category: media.press }
`,
  )
  const both = await update()
  expect(both).toMatchObject({ code: 1, err: '' })
  expect(both.out.split('\n').filter((line) => !line.includes('warning'))).toEqual([
    'games: updated, 2 entries',
    'press: REFUSED, the old copy stays: the server answered 503',
    '',
  ])
  expect(await update('games')).toMatchObject({ code: 0, out: 'games: nothing newer\n' })
  expect((await update('game')).err).toContain('the policy fetches no list `game`')
  expect((await update('--nonsense')).code).toBe(2)
})

test('a school without a fetched list, or without files, is told', async () => {
  await using server = await ListServer.start()
  expect((await schoolOf(server, '')()).err).toContain(
    'the policy fetches no list: give one a `url`',
  )
  const none = ['update', '--config', '/no/such/gate.yaml']
  const nowhere = await captured(() => lists(none, () => Promise.reject(new Error('unasked'))))
  expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('cannot read') as string })
})
