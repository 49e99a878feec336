import { expect, test } from 'vitest'
import { keepFeeds } from '../../proxy/keep-feeds.ts'
import { makeBundle } from '../../proxy/policy/make-bundle.ts'
import { ListServer } from '../support/list-server.ts'
import { SCHOOL_FILES, schoolFolder } from '../support/school-folder.ts'

test('the lists of the policy are fetched, what becomes of them is in the log, and what is in force is said', async () => {
  await using server = await ListServer.start()
  server.answer = (request, response) => {
    if (request.url === '/press') response.writeHead(503).end()
    else response.end('one.example\n')
  }
  const policy = `${SCHOOL_FILES['policy.yaml'] ?? ''}  - { id: games, url: "${server.url()}", category: media.games }
  - { id: press, url: "${server.url('/press')}", category: media.press }
`
  const school = schoolFolder({ 'policy.yaml': policy })
  const config = school.config('lists.fetch.allowTargets=["127.0.0.0/8"]')
  const { directory } = school
  const register = school.register()
  const make = async () => {
    const made = await makeBundle({ register, config, directory, imageDirectory: null })
    if (!made.ok) throw new Error(made.problems.join('\n'))
    return made
  }
  const before = await make()
  expect(before.alarms).toEqual(
    ['games', 'press'].map((id) => `list \`${id}\`: not fetched yet, nothing of it is in force`),
  )
  const said: string[] = []
  const say = (details: object, message: string): void => {
    said.push(`${message} ${JSON.stringify(details)}`)
  }
  const keeper = keepFeeds(
    { config, directory, log: { info: say, warn: say, error: say } },
    {
      ...{ register: () => register, bundle: () => before.bundle, onChange: () => undefined },
      signal: new AbortController().signal,
    },
  )
  await keeper.tick()
  expect(said).toEqual([
    'a list was updated {"list":"games","message":"1 entries"}',
    'a list was not updated; its old copy stays {"list":"press","message":"the server answered 503"}',
  ])
  expect(keeper.hasNews()).toBe(true)
  expect(keeper.troubles()).toHaveLength(1)
  expect((await make()).alarms).toEqual([
    'list `press`: not fetched yet, nothing of it is in force',
  ])
})
