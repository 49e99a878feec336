import { expect, test } from 'vitest'
import { SCHOOL } from '../../../records/imports/oneroster/roster-set.ts'
import { zipOf } from '../../../support/zip-of.ts'
import { dashboardScene, type Browser } from '../dashboard-scene.ts'

const PEOPLE =
  'person_ref,name,role,phase,year\np-9,Nia Example,pupil,secondary,9\np-8,Bob,king,,\n'
const REASON = encodeURIComponent('the list of this term')

function send(browser: Browser, query: string, file: string | Buffer, type = 'text/csv') {
  const headers = { 'content-type': type }
  return browser.ask('POST', `/api/imports?${query}`, Buffer.from(file as string), headers)
}

test('a list is tried and its difference shown, and with a reason it is brought in', async () => {
  const { signedIn, school } = await dashboardScene()
  const nm = await signedIn('nm')
  const { headSeq } = school.register()
  const tried = await send(nm, 'list=people&name=people.csv', PEOPLE)
  expect(tried).toMatchObject({
    status: 200,
    body: {
      ...{ state: 'tried', rows: 1, added: 1, problemCount: 1 },
      lines: ['+ person p-9 pupil secondary 9'],
      problems: ['people.csv:3:9: role: `king` is not one of pupil, staff, governor, visitor'],
    },
  })
  expect(school.register().headSeq).toBe(headSeq)
  const done = await send(nm, `list=people&name=people.csv&reason=${REASON}`, PEOPLE)
  expect(done.body).toMatchObject({ state: 'applied', entries: { from: headSeq + 1 } })
  expect(school.nameOf('p-9')).toBe('Nia Example')
})

test('a whole list that would empty the school is refused until the number is said', async () => {
  const { signedIn, school } = await dashboardScene()
  const nm = await signedIn('nm')
  const one = 'person_ref,name,role\np-nm,Nm Example,staff\n'
  const people = school.register().people.size
  const query = `list=people&name=people.csv&whole=true&reason=${REASON}`
  const refused = await send(nm, query, one)
  expect(refused.body).toMatchObject({ state: 'refused', removed: people - 1 })
  expect(school.register().people.size).toBe(people)
  expect((await send(nm, `${query}&removes=${people - 1}`, one)).body['state']).toBe('applied')
  expect(school.register().people.size).toBe(1)
})

test('OneRoster comes as an archive', async () => {
  const { signedIn } = await dashboardScene()
  const nm = await signedIn('nm')
  const files = Object.entries(SCHOOL).map(([name, text]) => [`${name}.csv`, text])
  const zip = zipOf(Object.fromEntries(files) as Record<string, string>)
  const query = 'list=oneroster&name=roster.zip&phases=lower%3D0-6,upper%3D7-13&removes=10'
  const { status, body } = await send(nm, query, zip, 'application/zip')
  expect({ status, body }).toMatchObject({ status: 200, body: { rows: 4, problemCount: 0 } })
  expect(body['lines']).toContain('+ person u-2 pupil lower 4')
  expect(await send(nm, query, PEOPLE, 'application/zip')).toMatchObject({ status: 422 })
  expect(await send(nm, `${query}&org=o-1`.replace('lower', '!'), zip)).toMatchObject({
    status: 400,
  })
})

test('who may not import is refused before the file is taken in', async () => {
  const { signedIn, browser, school } = await dashboardScene()
  const { headSeq } = school.register()
  const large = Buffer.alloc(17 * 1024 * 1024, 'a')
  expect(await send(browser(), 'list=people&name=x.csv', large)).toMatchObject({ status: 401 })
  for (const login of ['dsl', 'teacher', 'governor'] as const)
    expect(await send(await signedIn(login), 'list=people&name=x.csv', large)).toMatchObject({
      status: 403,
    })
  expect(await send(await signedIn('it'), 'list=people&name=x.csv', large)).toMatchObject({
    status: 413,
  })
  expect(school.register().headSeq).toBe(headSeq)
}, 60_000)

test.each([
  ['no file', 'list=people&name=x.csv', '', 400],
  ['an unknown list', 'list=dragons&name=x.csv', PEOPLE, 400],
  ['no name', 'list=people', PEOPLE, 400],
])('%s is a bad request', async (_, query, file, status) => {
  const { signedIn } = await dashboardScene()
  expect(await send(await signedIn('nm'), query, file)).toMatchObject({ status })
})
