import { expect, test } from 'vitest'
import { qrCode } from '../../../../dashboard/server/portal/qr-code.ts'
import { slipPage } from '../../../../dashboard/server/portal/slip-page.ts'

const SCHOOL = {
  ...{ name: 'Small School', ask: 'the office', monitoringNotice: 'It is recorded.' },
  timeZone: 'Europe/London',
}
const SLIP = {
  ...{ code: 'ABCD-EFGH-JKMN', name: 'Vera <Visitor>', host: 'Ms Field', zones: ['meeting_room'] },
  ...{ from: '2026-07-01T07:00:00Z', to: '2026-07-01T15:00:00Z' },
  link: 'http://10.0.0.1:8090/portal?code=ABCD-EFGH-JKMN',
}

test('a slip has the code, its square, where and when by the school’s clock, the host and the rules', async () => {
  const page = await slipPage(SCHOOL, SLIP)
  for (const words of ['ABCD-EFGH-JKMN', 'Vera &#60;Visitor&#62;', 'meeting room', 'Ms Field'])
    expect(page).toContain(words)
  expect(page).toContain('from 1 July 2026 at 08:00 to 1 July 2026 at 16:00')
  expect(page).toContain('<div class="qr"><svg')
  expect(page).toContain('no pictures')
})

test('without an address there is the code alone', async () => {
  expect(await slipPage(SCHOOL, { ...SLIP, link: null })).not.toContain('<svg')
})

test('another text is another square', async () => {
  expect(await qrCode('http://a.example/')).not.toBe(await qrCode('http://b.example/'))
  expect(await qrCode('x')).toMatch(/^<svg[\s\S]*<\/svg>$/)
})
