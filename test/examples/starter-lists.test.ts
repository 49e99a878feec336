import { describe, expect, test } from 'vitest'
import { isCanonicalHost, readListFolder, selfAndParents } from './example-lists.ts'
import type { Category } from '../../rules/taxonomy/taxonomy.ts'

const files = readListFolder('lists/starter')
const categoriesOf = categoriesByHost()

/** Real names of these would be a guide to harm, are licensed, or are stale before they are shipped. */
const NEVER_REAL = [
  'illegal.csam',
  'illegal.terrorism',
  'illegal.other',
  'illegal.ip_crime',
  'harm.self_harm',
  'harm.suicide',
  'harm.eating_disorder',
  'harm.dangerous_material',
  'harm.hate',
  'harm.extremism',
  'sec.malware',
  'sec.phishing',
  'sec.cryptojacking',
  'sec.c2',
]

describe.each(files)('the starter list $id', ({ category, comments, entries }) => {
  test('belongs to a category of the taxonomy', () => {
    expect(category).toBeDefined()
  })

  test('says at its head what it is, whose it is and from when', () => {
    const head = comments.join('\n')
    expect(comments[0]).toBe(`# ${category?.label} (${category?.id})`)
    expect(head).toContain('Written by us')
    expect(head).toContain('2026-11')
    expect(head).toContain('that name and all below it')
  })

  test('holds canonical host names and nothing else', () => {
    expect(entries.filter((entry) => !isCanonicalHost(entry))).toEqual([])
    expect(entries.length).toBeGreaterThan(0)
  })

  test('is sorted and names no host twice', () => {
    expect(entries).toEqual([...new Set(entries)].sort())
  })

  test('has no line that a shorter name of the same file covers already', () => {
    const own = new Set(entries)
    const covered = entries.filter((entry) =>
      selfAndParents(entry).some((name) => name !== entry && own.has(name)),
    )
    expect(covered).toEqual([])
  })

  test('has no made-up names: those are fixtures', () => {
    expect(entries.filter((entry) => /\.(?:test|example|invalid|none)$/.test(entry))).toEqual([])
  })
})

test('the starter lists cover the categories a teacher would try, with hosts enough to show it', () => {
  expect(files.length).toBeGreaterThanOrEqual(40)
  expect(categoriesOf.size).toBeGreaterThanOrEqual(900)
})

test('no starter list names real hosts in a category that must not be advertised', () => {
  expect(files.map(({ id }) => id).filter((id) => NEVER_REAL.includes(id))).toEqual([])
})

test('no host that help, school systems or learning open is closed by a LOCKED or SEALED list', () => {
  const opened = files.filter(({ id }) => id.startsWith('support.') || id === 'edu.allow')
  const clashes = opened.flatMap(({ entries }) =>
    entries.filter((host) => categoriesAt(host).some(isHard)),
  )
  expect(opened).toHaveLength(3)
  expect(clashes).toEqual([])
})

test('no host that must stay open carries a whole platform on which anyone publishes', () => {
  // `support.*` opens all names below an entry, for everybody: a public suffix there opens the internet.
  const support = files.filter(({ id }) => id.startsWith('support.')).flatMap((f) => f.entries)
  const platforms = files
    .filter(({ id }) => ['sec.webhosting', 'comms.blogs', 'sec.dynamic_dns'].includes(id))
    .flatMap(({ entries }) => entries)
  const opened = support.filter((host) =>
    platforms.some((platform) => selfAndParents(platform).includes(host)),
  )
  expect(opened).toEqual([])
})

test('the best-known help services beat every denial', () => {
  const help = ['childline.org.uk', 'samaritans.org', 'nhs.uk', 'ceop.police.uk', 'kooth.com']
  const missing = help.filter(
    (host) => !categoriesAt(host).some(({ id }) => id === 'support.wellbeing'),
  )
  expect(missing).toEqual([])
})

test.each([
  ['google.co.uk', 'edu.search'],
  ['i.ytimg.com', 'media.video_audio'],
  ['v16-webapp.tiktokcdn.com', 'comms.social'],
  ['mask.icloud.com', 'bypass.private_relay'],
  ['chrome.cloudflare-dns.com', 'bypass.encrypted_dns'],
  ['www.torproject.org', 'bypass.tor'],
  ['sports.bet365.com', 'money.gambling'],
  ['signin.education.gov.uk', 'support.systems'],
  ['1.0.0.127.in-addr.arpa', 'support.systems'],
  ['education.minecraft.net', 'edu.allow'],
])('%s is in %s', (host, id) => {
  expect(categoriesAt(host).map((category) => category.id)).toContain(id)
})

function categoriesByHost(): ReadonlyMap<string, readonly Category[]> {
  const byHost = new Map<string, Category[]>()
  for (const { category, entries } of files) {
    if (category === undefined) continue
    for (const host of entries) byHost.set(host, [...(byHost.get(host) ?? []), category])
  }
  return byHost
}

/** The union over the parent domains (design.md section 4). */
function categoriesAt(host: string): Category[] {
  return selfAndParents(host).flatMap((name) => categoriesOf.get(name) ?? [])
}

function isHard({ lock }: Category): boolean {
  return lock === 'LOCKED' || lock === 'SEALED'
}
