import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Refusal } from '../../../proxy/pages/block-page.ts'
import { blockPage } from '../../../proxy/pages/block-page.ts'
import { aRuling } from '../../support/refusals.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { SCHOOL } from '../http/open-gate.ts'

const REFUSAL: Refusal = {
  ruling: aRuling({
    category: 'adult.pornography',
    reasonCode: 'category',
    ruleId: 'profile/pupil',
    cause: 'pornography is blocked for pupils',
    listSource: 'ut1',
    policyVersion: 7,
  }),
  host: 'bad.test',
  blockRef: 'K7QX-3MPD',
  at: Date.parse('2026-11-24T10:15:00Z'),
  zone: 'classroom',
}

test('the page tells school, reason, category, rule, time, reference, whom to ask, help and monitoring', () => {
  const { status, contentType, body } = blockPage(REFUSAL, SCHOOL, 'html')
  expect(status).toBe(403)
  expect(contentType).toBe('text/html; charset=utf-8')
  for (const words of [
    'Example All-Through School',
    'Pornography is blocked for pupils.',
    '<dd>Pornography</dd>',
    '<dd>profile/pupil</dd>',
    'Tuesday, 24 November 2026 at 10:15',
    'K7QX-3MPD',
    'Ask the SLT office',
    'Childline: 0800 1111',
    'CEOP',
    'UK Safer Internet Centre helpline',
    'Has something online worried you?',
    'The school filters and monitors this network.',
    '<html lang="en-GB">',
  ])
    expect(body).toContain(words)
  expect(body).not.toContain('<script')
})

test('the time is the school’s, in summer too', () => {
  const at = Date.parse('2026-06-24T10:15:00Z')
  expect(blockPage({ ...REFUSAL, at }, SCHOOL, 'text').body).toContain('24 June 2026 at 11:15')
})

test('JSON carries the verdict’s fields and the reference', () => {
  const { contentType, body } = blockPage(REFUSAL, SCHOOL, 'json')
  expect(contentType).toBe('application/problem+json')
  expect(JSON.parse(body)).toMatchObject({
    status: 403,
    block_ref: 'K7QX-3MPD',
    reason_code: 'category',
    category: 'adult.pornography',
    cause: 'pornography is blocked for pupils',
    host: 'bad.test',
    rule_id: 'profile/pupil',
    list_source: 'ut1',
    policy_version: 7,
    zone: 'classroom',
  })
})

test.each(['html', 'json', 'text'] as const)(
  'a sealed refusal as %s: the fixed text, no host, no reference, nothing to press',
  (format) => {
    const ruling = aRuling({ reasonCode: 'sealed', category: 'illegal.csam', cause: 'on bad.test' })
    const { status, body } = blockPage({ ...REFUSAL, ruling }, SCHOOL, format)
    expect(status).toBe(403)
    expect(body).toContain('Internet Watch Foundation')
    expect(body).not.toMatch(/bad\.test|K7QX|<a |<form|<button|SLT office/)
  },
)

test('a page refused for want of the list is called neither illegal nor a find of anybody', () => {
  const ruling = aRuling({
    reasonCode: 'sealed',
    category: null,
    ruleId: 'content.sealed_list_missing',
    cause: 'The filter lacks its list.',
  })
  const { body } = blockPage({ ...REFUSAL, ruling }, SCHOOL, 'text')
  expect(body).toContain('The filter lacks its list.')
  expect(body).not.toMatch(/illegal|Internet Watch/)
})

test('other sealed material doesn’t speak of the Internet Watch Foundation', () => {
  const ruling = aRuling({ reasonCode: 'sealed', category: 'illegal.terrorism' })
  expect(blockPage({ ...REFUSAL, ruling }, SCHOOL, 'text').body).not.toContain('Watch Foundation')
})

test('a help link that is no web or telephone link is text', () => {
  const helpLinks = [{ label: 'trick', url: 'javascript:alert(1)' }]
  expect(blockPage(REFUSAL, { ...SCHOOL, helpLinks }, 'html').body).not.toContain('javascript:')
})

test('no text of anybody becomes markup', () => {
  const evil = fc.string({
    unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', '=', ' ', '\n', '/'),
  })
  fc.assert(
    fc.property(evil, evil, evil, (host, cause, words) => {
      const { body: html } = blockPage(
        { ...REFUSAL, host, ruling: aRuling({ cause, ruleId: words }) },
        {
          ...SCHOOL,
          name: words,
          askWhom: words,
          helpLinks: [{ label: words, url: `https://${host}` }],
        },
        'html',
      )
      const plain = blockPage(
        { ...REFUSAL, host: '', ruling: aRuling({ cause: '', ruleId: '' }) },
        { ...SCHOOL, name: '', askWhom: '', helpLinks: [{ label: '', url: 'https://' }] },
        'html',
      ).body
      // The tags and the quotes are exactly those of the page with empty texts.
      for (const mark of ['<', '>', '"'])
        expect(html.split(mark).length).toBe(plain.split(mark).length)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('a device that is held back is told the one thing to mend, on every kind of page', () => {
  const held: Refusal = {
    ...REFUSAL,
    ruling: aRuling({ category: null, reasonCode: 'posture:disk_encryption', cause: 'held back' }),
  }
  const html = blockPage(held, SCHOOL, 'html').body
  expect(html).toContain('The disk is not encrypted. Turn on the encryption of the disk.')
  expect(html).toContain('<dt>Mac</dt>')
  expect(html).toContain('FileVault')
  expect(blockPage(held, SCHOOL, 'text').body).toContain(
    'What you can do now: The disk is not encrypted.',
  )
  expect(JSON.parse(blockPage(held, SCHOOL, 'json').body)).toMatchObject({
    mend: { check: 'disk_encryption' },
  })
  expect(blockPage(REFUSAL, SCHOOL, 'html').body).not.toContain('What you can do now')
})
