import { describe, expect, test } from 'vitest'
import {
  buildExampleEngine,
  readExampleDevices,
  readExamplePolicy,
  whoIsAt,
} from './example-engine.ts'
import { SchoolTime } from '../../rules/time/school-time.ts'

const policy = readExamplePolicy()
const devices = readExampleDevices()
const engine = buildExampleEngine(policy)
const time = new SchoolTime(policy.time)

const LESSON = '2026-11-24T10:00:00Z'
const BREAK = '2026-11-24T11:00:00Z'
const EVENING = '2026-11-24T16:00:00Z'

const YEAR_4 = '127.10.10.20'
const YEAR_9 = '127.10.10.21'
const YEAR_12 = '127.10.10.24'
const TEACHER = '127.10.20.7'
const FAILING_LAPTOP = '127.10.20.12'
const LOST_PHONE = '127.10.10.13'
const VISITOR = '127.10.30.31'

describe.each([
  { asker: 'a year 4 tablet in a lesson', ip: YEAR_4, at: LESSON },
  { asker: 'a year 9 laptop in a lesson', ip: YEAR_9, at: LESSON },
  { asker: 'a year 12 laptop in a lesson', ip: YEAR_12, at: LESSON },
  { asker: "a teacher's phone in the staffroom", ip: TEACHER, at: LESSON },
  { asker: 'a visitor at reception', ip: VISITOR, at: LESSON },
])('$asker', ({ ip, at }) => {
  test.each([
    'docs.google.com',
    'teams.microsoft.com',
    'play.ttrockstars.com',
    'education.minecraft.net',
    'signin.education.gov.uk',
    '7.20.10.127.in-addr.arpa',
    'download.windowsupdate.com',
    'www.childline.org.uk',
  ])('is allowed %s', (host) => {
    expect(actionFor(ip, at, host)).toEqual({ action: 'allow', reason: null })
  })

  test.each([
    'mask.icloud.com',
    'dns.google',
    'www.omegle.com',
    'thepiratebay.org',
    'www.bet365.com',
    'character.ai',
    'www.pornhub.com',
  ])('is refused %s', (host) => {
    expect(actionFor(ip, at, host)).toEqual({ action: 'block', reason: 'category' })
  })
})

test.each([
  ['pupils search in safe mode', YEAR_9, LESSON, 'www.google.co.uk', 'restrict', null],
  ['pupils watch YouTube in restricted mode', YEAR_9, LESSON, 'm.youtube.com', 'restrict', null],
  ['in all of its country domains', YEAR_9, LESSON, 'www.google.fr', 'restrict', null],
  ['the youngest too', YEAR_4, LESSON, 'google.fr', 'restrict', null],
  ['an engine without a safe mode is closed', YEAR_9, LESSON, 'www.ask.com', 'block', 'category'],
  ['to the youngest a child engine is open', YEAR_4, LESSON, 'www.kiddle.co', 'restrict', null],
  ['pictures come in safe mode', YEAR_4, LESSON, 'pixabay.com', 'restrict', null],
  ['Vimeo is off for pupils', YEAR_12, BREAK, 'player.vimeo.com', 'block', 'category'],
  ['and open to staff', TEACHER, LESSON, 'vimeo.com', 'allow', null],
  ['its pictures are judged alike', YEAR_9, LESSON, 'i.ytimg.com', 'restrict', null],
  ['younger pupils have no social networks', YEAR_9, BREAK, 'instagram.com', 'block', 'category'],
  ['the sixth form needs a grant for them', YEAR_12, BREAK, 'x.com', 'block', 'grant_needed'],
  ['no games in a sixth form lesson', YEAR_12, LESSON, 'roblox.com', 'block', 'category'],
  ['games in the sixth form break', YEAR_12, BREAK, 'roblox.com', 'allow', null],
  ['AI by grant', YEAR_9, LESSON, 'chatgpt.com', 'block', 'grant_needed'],
  ['AI below a search engine too', YEAR_9, LESSON, 'gemini.google.com', 'block', 'grant_needed'],
  ['AI warns staff', TEACHER, LESSON, 'chatgpt.com', 'warn', null],
  ['staff social media wait', TEACHER, LESSON, 'www.facebook.com', 'block', 'category'],
  ['until reception hours end', TEACHER, EVENING, 'www.facebook.com', 'allow', null],
  ['a VPN is for named staff', TEACHER, LESSON, 'nordvpn.com', 'block', 'grant_needed'],
  ['news is for reading', YEAR_9, LESSON, 'news.sky.com', 'allow', null],
  ['and warns the youngest', YEAR_4, LESSON, 'www.theguardian.com', 'warn', null],
  ['a failing laptop can update', FAILING_LAPTOP, LESSON, 'mesu.apple.com', 'allow', null],
  ['a lost phone reaches help', LOST_PHONE, LESSON, 'www.samaritans.org', 'allow', null],
  ['and nothing else', LOST_PHONE, LESSON, 'www.bbc.co.uk', 'block', 'lost'],
])('%s', (...[, ip, at, host, action, reason]) => {
  expect(actionFor(ip, at, host)).toEqual({ action, reason })
})

function actionFor(
  ip: string,
  at: string,
  host: string,
): { action: string; reason: string | null } {
  const moment = time.at(Date.parse(at))
  const stance = engine.judge({ ...whoIsAt(ip, policy, devices), moment }, moment.from)
  const { action, reasonCode } = engine.decideHost(stance, host)
  return { action, reason: reasonCode }
}
