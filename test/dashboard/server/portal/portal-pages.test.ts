import { expect, test } from 'vitest'
import { escapeHtml, frameHtml } from '../../../../dashboard/server/portal/portal-frame.ts'
import {
  agreementPage,
  codePage,
  knownPage,
  sorryPage,
  welcomePage,
} from '../../../../dashboard/server/portal/portal-pages.ts'

const EVIL = '<b onload="x">\'&'
const SCHOOL = { name: EVIL, ask: EVIL, monitoringNotice: EVIL, timeZone: 'Europe/London' }

const PAGES: readonly (readonly [string, string])[] = [
  ['code', codePage(SCHOOL, { code: EVIL, problem: EVIL })],
  [
    'agreement',
    agreementPage(SCHOOL, {
      ...{ text: `${EVIL}\n\n- ${EVIL}`, state: EVIL, asksType: true, terms: [EVIL] },
      problem: EVIL,
    }),
  ],
  [
    'welcome',
    welcomePage(SCHOOL, { isPending: false, rejoinCode: EVIL, qr: '<svg></svg>', until: EVIL }),
  ],
  ['known', knownPage(SCHOOL, EVIL, true)],
  ['sorry', sorryPage(SCHOOL, EVIL)],
]

test.each(PAGES)(
  'on the %s page nothing is HTML but its own, and it has one heading',
  (_what, page) => {
    expect(page).not.toContain('<b onload')
    expect(page).toContain(escapeHtml(EVIL))
    expect(page.match(/<h1>/g)?.length).toBe(1)
    expect(page).toContain('<html lang="en-GB">')
  },
)

test('each field has a label, and what is wrong is said to those who can’t see it', () => {
  const [, code = ''] = PAGES[0] ?? []
  expect(code).toContain('<label for="code">')
  expect(code).toContain('role="alert"')
})

test('no page needs a script, a font or an image', () => {
  expect(frameHtml(SCHOOL, 'x', '')).not.toMatch(/<script|@import|url\(|<img/)
})
