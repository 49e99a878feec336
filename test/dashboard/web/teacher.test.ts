import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import type { Screen } from './pages.ts'
import { barriersOf, IDRIS, RoleScene } from './role-scene.ts'

/** A Tuesday, in the second lesson of secondary pupils: 9b/Sc1 is Morag's, and the bell is at 10:55. */
const CLOCK = '2026-11-24T10:00:00Z'
const BEFORE_THE_BELL = '2026-11-24T10:54:55Z'
const GAMES = 'media-games.cat.test'
const OTHER = 'comms-webmail.cat.test'
const FILM = 'film.example.org'

let scene: RoleScene
let morag: Screen

beforeAll(async () => {
  scene = await RoleScene.start(CLOCK)
  const pack = { label: 'Game design', sites: [GAMES] }
  await scene.change('p-0003', [{ kind: 'pack.put', objectId: 'games', after: pack }], 'p-0002')
  morag = await scene.signedIn('morag')
}, 120_000)

afterAll(() => scene[Symbol.asyncDispose]())

const isOpen = (answer: string): boolean => answer === 'open'
const isClosed = (answer: string): boolean => !isOpen(answer)

it('a teacher finds the class of this period, and opens it a site that leaders have agreed to', async () => {
  await morag.page.getByRole('heading', { name: '9b/Sc1' }).waitFor()
  await morag.page.getByText('Bell at 10:55').waitFor()
  expect(await barriersOf(morag)).toEqual([])
  expect(await scene.http(IDRIS, GAMES)).not.toBe('open')
  await morag.fill('Site to open', `https://${GAMES}/levels?x=1`)
  await morag.click('Open until the bell')
  const dialog = morag.page.getByRole('dialog')
  await dialog.getByText(`${GAMES} for 9b/Sc1`).waitFor()
  await dialog.getByLabel('Reason').fill('a game about fractions')
  await dialog.getByRole('button', { name: 'Open for this class' }).click()
  await morag.page.getByText('In force now. It is in the change log.').waitFor()
  await until(() => scene.http(IDRIS, GAMES), isOpen)
  await morag.page.getByRole('button', { name: `End: ${GAMES}` }).waitFor()
}, 120_000)

it('she pauses the web and ends it, and sees what her class was refused, by name', async () => {
  await until(() => scene.http(IDRIS, FILM), isOpen)
  await morag.click('Pause until the bell')
  await until(() => scene.http(IDRIS, FILM), isClosed)
  await morag.click('End: the web, for everybody in the class')
  await until(() => scene.http(IDRIS, FILM), isOpen)
  await morag.fill('Focus list', 'bbc.co.uk')
  await morag.click('Only these sites')
  await until(() => scene.http(IDRIS, FILM), isClosed)
  await morag.click('End: bbc.co.uk')
  await until(() => scene.http(IDRIS, FILM), isOpen)
  expect(await scene.http(IDRIS, OTHER)).not.toBe('open')
  const refused = morag.page.getByRole('region', { name: 'Refused in this lesson' }).first()
  await until(
    async () => {
      await morag.page.reload()
      const row = refused.getByRole('row', { name: /Idris Quillfeather/ }).first()
      return row.waitFor({ timeout: 5_000 }).then(
        () => 'listed',
        () => morag.page.locator('#root').innerText(),
      )
    },
    (seen) => seen === 'listed',
    60_000,
  )
  expect(morag.faults).toEqual([])
}, 180_000)

it('a site that nobody has agreed to waits for the lead, as what she asks for longer does', async () => {
  await morag.fill('Site to open', OTHER)
  await morag.click('Open until the bell')
  const dialog = morag.page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill('letters to a class in France')
  await dialog.getByRole('button', { name: 'Open for this class' }).click()
  await morag.page.getByText('It waits for a second person to agree.').first().waitFor()
  await morag.go('/report-worry')
  await morag.page.getByRole('radio', { name: /unreasonable restrictions/ }).check()
  await morag.fill('Site', OTHER)
  await morag.choose('For whom?', '9b/Sc1')
  await morag.fill('In your words', 'we write to a class in France each week')
  expect(await barriersOf(morag)).toEqual([])
  await morag.click('Ask for it')
  await morag.page.getByText('It waits for a second person. What became of it').waitFor()
  const asked = morag.page.getByRole('region', { name: 'What you have asked for' })
  const waiting = asked.getByRole('article').filter({ hasText: 'Waiting for a second person' })
  await waiting.filter({ hasText: 'until Tue 1 Dec' }).waitFor()
  await waiting.filter({ hasText: 'letters to a class in France' }).waitFor()
  expect(await scene.http(IDRIS, OTHER)).not.toBe('open')
}, 120_000)

it('a worry is one of the six reasons of the standard, and goes to the lead and nobody else', async () => {
  await morag.go('/report-worry')
  expect(await morag.page.getByRole('radio').count()).toBe(6)
  await morag.page.getByRole('radio', { name: /witness or suspect unsuitable material/ }).check()
  await morag.choose('What was it?', 'Bullying or threats')
  await morag.choose('By whom?', 'A pupil')
  await morag.fill('In your words', 'messages on a shared document, shown to me')
  await morag.click('Send')
  await morag.page.getByText('Reported to: Safeguarding lead.').waitFor()
  await morag.page
    .getByRole('region', { name: 'What you have reported' })
    .getByText('Sent')
    .waitFor()
  const anjali = await scene.signedIn('anjali')
  await anjali.go('/incidents')
  await anjali.page.getByText('messages on a shared document').waitFor()
  const samuel = await scene.signedIn('samuel')
  await samuel.go('/incidents')
  await samuel.page.getByText('No incident is open.').waitFor()
  await anjali.page.close()
  await samuel.page.close()
}, 120_000)

it('another class, another period and the names of others are not hers', async () => {
  const answers = await morag.page.evaluate<readonly number[]>(`Promise.all([
    '/api/my-class/attempts?class=' + encodeURIComponent('12/Cs1'),
    '/api/attempts', '/api/alerts', '/api/policy', '/api/changes',
  ].map((url) => fetch(url).then(({ status }) => status)))`)
  expect(answers).toEqual([404, 403, 403, 403, 403])
  const { now } = await morag.page.evaluate<{ now: { class: string }[] }>(
    `fetch('/api/my-class').then((answer) => answer.json())`,
  )
  expect(now.map((group) => group.class)).toEqual(['9b/Sc1'])
}, 60_000)

it('what she opened stops at the bell', async () => {
  expect(await scene.http(IDRIS, GAMES)).toBe('open')
  await scene.restart(BEFORE_THE_BELL)
  const refusals: string[] = []
  await until(
    async () => {
      const answer = await scene.http(IDRIS, GAMES)
      // The page says when it refused, to the minute.
      refusals.push(...(/(?<=<dt>When<\/dt><dd>)[^<]*/.exec(answer) ?? []))
      return refusals.length
    },
    (number) => number > 0,
    60_000,
  )
  expect(refusals).toEqual([expect.stringMatching(/ at 10:5[5-9]$/)])
  const later = await scene.signedIn('morag')
  await later.page.getByText(/You have no class now/).waitFor()
  expect(later.faults).toEqual([])
}, 180_000)
