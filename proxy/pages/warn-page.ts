import type { Ruling } from '../../rules/verdict.ts'
import { categoryLabel } from './block-page.ts'
import { frameHtml, supportHtml } from './page-frame.ts'
import type { Page, School } from './page.ts'
import { escapeHtml, makePage, sentence } from './page.ts'

export interface Warning {
  readonly ruling: Ruling
  readonly host: string
  /** Origin-form target that lets this device on. */
  readonly continuePath: string
}

/** 403 rather than 200: a program, a cache or a search index must not take it for the site. */
export function warnPage(warning: Warning, school: School): Page {
  const category = categoryLabel(warning.ruling)
  const kind = category === null ? '' : `<dt>Kind of site</dt><dd>${escapeHtml(category)}</dd>\n`
  const body = frameHtml(school, {
    title: 'Think before you go on',
    content: `<h1>Think before you go on</h1>
<p class="why">${escapeHtml(sentence(warning.ruling.cause))}</p>
<dl>
<dt>Site</dt><dd>${escapeHtml(warning.host)}</dd>
${kind}</dl>
<p>You can go on if you need this site for your work. That you did is noted.</p>
<p><a class="go" href="${escapeHtml(warning.continuePath)}" rel="noreferrer">Continue to the site</a></p>
${supportHtml(school)}`,
  })
  return makePage(403, 'html', body)
}
