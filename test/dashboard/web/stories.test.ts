import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { GateProcess } from '../../e2e/gate-process.ts'
import { run } from '../../e2e/run-program.ts'
import { UnboundUpstream } from '../../e2e/unbound-upstream.ts'
import { until } from '../../support/until.ts'
import { launchBrowser, PHONE, Screen, WIDE } from './pages.ts'

/** A Tuesday at ten. */
const CLOCK = '2026-11-24T10:00:00Z'
const PASSWORD = 'three plain words'
const REASON = 'agreed at this morning’s meeting'

let browser: Browser
let gate: GateProcess
let upstream: UnboundUpstream
let base: string
/** Network manager, and safeguarding lead. */
let morag: Screen
let anjali: Screen

beforeAll(async () => {
  upstream = await UnboundUpstream.start()
  gate = await GateProcess.start({
    clock: CLOCK,
    set: {
      'dns.upstreams': [`udp://127.0.0.1:${upstream.port}`],
      'dashboard.enabled': true,
      'dashboard.listen': '127.0.0.1:0',
      'dashboard.publicUrl': null,
    },
  })
  base = `http://${String(gate.ready['dashboard'])}`
  browser = await launchBrowser()
}, 60_000)

afterAll(async () => {
  await browser.close()
  await gate[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
})

/** One gate and one school for all stories: each goes on where the one before ended. */
it('whoever installs the gate makes the first account and becomes network manager', async () => {
  morag = await Screen.open(browser, base)
  const screen = morag
  await screen.go('/')
  expect(await screen.barriers()).toEqual([])
  await screen.fill('Setup code', readFileSync(join(gate.records, 'setup-code'), 'utf8').trim())
  await screen.click('Go on')
  await screen.choose('You are', 'Morag Ellwood')
  await screen.choose('The head is', 'Tobias Farringdon')
  await screen.fill('Name to sign in with', 'morag')
  await screen.page.getByLabel('Password').first().fill(PASSWORD)
  await screen.click('Make the account')
  await screen.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  await screen.signIn('morag', PASSWORD)
  await screen.page.getByRole('heading', { name: 'Overview' }).waitFor()
  expect(screen.faults).toEqual([])
}, 60_000)

/** Takes up an invitation in a browser of one's own, second factor and all. */
async function takeUp(login: string, code: string): Promise<Screen> {
  const screen = await Screen.open(browser, base)
  await screen.go('/')
  await screen.click('I have an invitation code')
  await screen.fill('Invitation code', code)
  await screen.page.getByLabel('New password').fill(PASSWORD)
  await screen.page.getByLabel('The same again').fill(PASSWORD)
  await screen.click('Keep this password')
  await screen.page.getByRole('button', { name: 'Sign in' }).waitFor()
  await screen.signIn(login, PASSWORD)
  return screen
}

async function invite(screen: Screen, name: string, login: string): Promise<string> {
  await screen.go('/accounts')
  await screen.choose('For', name)
  await screen.fill('Name to sign in with', login)
  await screen.click('Invite')
  const dialog = screen.page.getByRole('dialog', { name: 'Invitation' })
  const code = dialog.getByText(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/).last()
  return /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec((await code.textContent()) ?? '')?.[0] ?? ''
}

it('the head is invited, appoints the safeguarding lead and invites her', async () => {
  const tobias = await takeUp('tobias', await invite(morag, 'Tobias Farringdon', 'tobias'))
  await tobias.go('/accounts')
  await tobias.choose('Person', 'Anjali Wrenfield')
  await tobias.choose('All duties from now on', 'Safeguarding lead')
  await tobias.page.keyboard.press('Escape')
  await tobias.click('Go on')
  await tobias.page.getByRole('dialog', { name: 'Give duties' }).getByLabel('Reason').fill(REASON)
  await tobias.click('Give')
  await tobias.page.getByText('In force now. It is in the change log.').waitFor()
  anjali = await takeUp('anjali', await invite(tobias, 'Anjali Wrenfield', 'anjali'))
  expect([...tobias.faults, ...anjali.faults]).toEqual([])
}, 90_000)

it('a site that the manager opens for pupils stays closed until the lead agrees, and is closed when she ends it', async () => {
  const host = 'media-games.cat.test'
  expect(await dig('127.10.10.21', host)).toMatch(/EDE: 17/)
  await morag.go('/sites')
  await morag.fill('Host name', host)
  await morag.page.getByText('Open', { exact: true }).click()
  await morag.click('Go on')
  await morag.page.getByRole('dialog').getByLabel('Reason').fill(REASON)
  await morag.click('Open the site')
  await morag.page.getByText('It waits for a second person to agree.').waitFor()
  expect(await dig('127.10.10.21', host)).toMatch(/EDE: 17/)

  await anjali.go('/changes')
  await anjali.click('Show what changes (1)')
  await anjali.page.getByText(host).first().waitFor()
  expect(await anjali.barriers()).toEqual([])
  await anjali.click('Approve')
  await anjali.page.getByRole('dialog').getByLabel('Reason').fill(REASON)
  await anjali.page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
  await anjali.page.getByText('Nothing waits for anybody.').waitFor()
  await until(
    () => dig('127.10.10.21', host),
    (answer) => !answer.includes('EDE: 17'),
  )

  await anjali.go('/sites')
  await anjali.click(`End ${host}`)
  await anjali.page.getByRole('dialog').getByLabel('Reason').fill(REASON)
  await anjali.click('End it now')
  await until(
    () => dig('127.10.10.21', host),
    (answer) => answer.includes('EDE: 17'),
  )
  expect([...morag.faults, ...anjali.faults]).toEqual([])
}, 90_000)

it('the lead sees who tried, verifies the log, and says of a change that she has looked', async () => {
  await until(
    async () => {
      await anjali.go('/attempts')
      const row = anjali.page.getByText('media-games.cat.test').first()
      return row.waitFor({ timeout: 3000 }).then(
        () => 'listed',
        () => anjali.page.locator('#root').innerText(),
      )
    },
    (seen) => seen === 'listed',
  )
  await anjali.page.getByText('Idris Quillfeather').first().waitFor()
  await morag.go('/attempts')
  await morag.page.getByText('media-games.cat.test').first().waitFor()
  expect(await morag.page.getByText('Idris Quillfeather').count()).toBe(0)

  await anjali.go('/log')
  await anjali.click('Verify the chain')
  await anjali.page.getByText(/The chain is whole/).waitFor()

  await anjali.go('/changes')
  const queue = anjali.page.getByRole('region', { name: 'In force, not reviewed' })
  await queue.getByRole('article').first().waitFor()
  const before = await queue.getByRole('article').count()
  await queue.getByRole('button', { name: 'Reviewed' }).first().click()
  const dialog = anjali.page.getByRole('dialog')
  await dialog.getByLabel('Your comment').fill('looked at it with the head: fine')
  await dialog.getByRole('button', { name: 'Reviewed' }).click()
  await until(
    () => queue.getByRole('article').count(),
    (left) => left === before - 1,
  )
}, 60_000)

it('the manager tests as a pupil and is told why, and what a draft of the policy would do', async () => {
  await morag.go('/test')
  await morag.fill('Site or address', 'https://media-games.cat.test/')
  await morag.fill('or IP address', '127.10.10.21')
  await morag.click('Test')
  await morag.page.getByRole('cell', { name: 'media.games', exact: true }).waitFor()

  await morag.go('/policy')
  const editor = morag.page.getByRole('textbox', { name: /^Revision/ })
  const text = await editor.inputValue()
  await editor.fill(text.replace('profiles:', 'profile:'))
  await morag.page
    .getByText(/policy\.yaml:\d+:\d+/)
    .first()
    .waitFor()
  expect(await morag.page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await editor.fill(text.replace('name: Example All-Through School', 'name: Another School'))
  await morag.page.getByText(/against policy revision/).waitFor()
  await morag.click('Throw the draft away')
  expect(morag.faults).toEqual([])
}, 60_000)

it('the manager imports a list: sees its difference and its bad row, and brings in what is good', async () => {
  await morag.go('/import')
  const text = 'person_ref,name,role\np-0099,Nia Farthingale,staff\np-0098,Bob,king\n'
  // The field is a button with the browser's own hidden input behind it.
  await morag.page.locator('input[type=file]').setInputFiles({
    ...{ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) },
  })
  await morag.click('Show the difference')
  const difference = morag.page.getByRole('region', { name: 'Difference' })
  await difference.getByText('+ person p-0099 staff').waitFor()
  await difference.getByText(/^people\.csv:3:12: role: `king` is not one of/).waitFor()
  expect(await morag.barriers()).toEqual([])
  await difference.getByRole('button', { name: 'Import' }).click()
  const dialog = morag.page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill(REASON)
  await dialog.getByRole('button', { name: 'Import' }).click()
  await morag.page.getByText('In force now. It is in the change log.').last().waitFor()
  await until(
    async () => {
      await morag.go('/log')
      return morag.page
        .getByText(/p-0099/)
        .first()
        .waitFor({ timeout: 3000 })
        .then(
          () => 'listed',
          () => morag.page.locator('#root').innerText(),
        )
    },
    (seen) => seen === 'listed',
  )
  expect(morag.faults).toEqual([])
}, 90_000)

const PATHS = [
  ...['/', '/changes', '/alerts', '/attempts', '/test', '/lessons', '/grants', '/sites'],
  ...['/devices', '/import', '/policy', '/log', '/accounts'],
]

it.each([
  ['wide', WIDE],
  ['on a phone', PHONE],
] as const)(
  'no page has a barrier, %s (WCAG 2.2 AA)',
  async (_name, viewport) => {
    await morag.page.setViewportSize(viewport)
    const found: string[] = []
    for (const path of PATHS) {
      await morag.go(path)
      await morag.page.waitForLoadState('networkidle')
      found.push(...(await morag.barriers()).map((barrier) => `${path}: ${barrier}`))
    }
    await morag.page.setViewportSize(WIDE)
    expect(found).toEqual([])
  },
  300_000,
)

async function dig(source: string, name: string): Promise<string> {
  const { host, port } = gate.dns
  const { out } = await run('dig', [
    '-b',
    source,
    `@${host}`,
    '-p',
    String(port),
    '+tries=1',
    '+time=5',
    name,
  ])
  return out
}
