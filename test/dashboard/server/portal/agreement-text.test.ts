import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agreementHtml, readAgreement } from '../../../../dashboard/server/portal/agreement-text.ts'
import { examplePolicy } from '../../../support/example-policy.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', '..', 'examples')

test('headings, lists and paragraphs, and nothing of what they hold is HTML', () => {
  const text = '# A <b>\nwith two\nlines\n\n- one\n- two & three\n\nThe "end".'
  expect(agreementHtml(text)).toBe(
    '<h2>A &#60;b&#62;</h2>\n<p>with two lines</p>\n<ul>\n<li>one</li>\n<li>two &#38; three</li>\n</ul>\n<p>The &#34;end&#34;.</p>',
  )
})

test('the example school has a text for each of its agreements, and no text without one', () => {
  const documents = examplePolicy().agreements?.documents ?? []
  for (const document of documents) expect(readAgreement(document, EXAMPLES)).not.toBeNull()
  const files = readdirSync(join(EXAMPLES, 'agreements')).map((name) => `agreements/${name}`)
  expect(files.toSorted()).toEqual(documents.map(({ file }) => file).toSorted())
  expect(readFileSync(join(EXAMPLES, 'agreements', 'pupil.md'), 'utf8')).toContain('0800 1111')
})

test.each([
  ['no file', null],
  ['an empty one', ' \n'],
  ['a book', 'x'.repeat(70_000)],
])('%s is no agreement', (_what, text) => {
  const folder = tempDirectory()
  if (text !== null) writeFileSync(join(folder, 'a.md'), text)
  const document = { id: 'a', roles: [], phases: null, version: '2026-09-01', file: 'a.md' }
  expect(readAgreement(document, folder)).toBeNull()
})
