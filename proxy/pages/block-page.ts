import { SEALED_LIST_MISSING } from '../../rules/content/judge-content.ts'
import { fixFor, mendOf, stepsOf } from '../../rules/posture/fix-it.ts'
import { findCategory } from '../../rules/taxonomy/taxonomy.ts'
import type { Ruling } from '../../rules/verdict.ts'
import type { PageFormat } from './accept.ts'
import { frameHtml, supportHtml, supportText } from './page-frame.ts'
import type { Page, School } from './page.ts'
import { escapeHtml, formatMoment, makePage, sentence } from './page.ts'

/** One refusal as its page tells it. */
export interface Refusal {
  readonly ruling: Ruling
  readonly host: string
  /** The code a pupil reads out and an adult looks up. */
  readonly blockRef: string
  readonly at: number
  readonly zone: string
}

const FORBIDDEN = 403

/** The 403 answer to a refused request, for people or for programs. */
export function blockPage(refusal: Refusal, school: School, format: PageFormat): Page {
  if (refusal.ruling.reasonCode === 'sealed') return sealedPage(refusal.ruling, school, format)
  switch (format) {
    case 'html':
      return makePage(FORBIDDEN, format, blockHtml(refusal, school))
    case 'json':
      return makePage(FORBIDDEN, format, blockJson(refusal, school))
    case 'text':
      return makePage(FORBIDDEN, format, blockText(refusal, school))
  }
}

/** The label people know a category by; null for the category of what no list names. */
export function categoryLabel(ruling: Ruling): string | null {
  if (ruling.category === null) return null
  return findCategory(ruling.category)?.label ?? ruling.category
}

function blockHtml(refusal: Refusal, school: School): string {
  const rows = factsOf(refusal, school).map(
    ([term, fact]) => `<dt>${escapeHtml(term)}</dt><dd>${escapeHtml(fact)}</dd>`,
  )
  return frameHtml(school, {
    title: 'This site is not open here',
    content: `<h1>This site is not open here</h1>
<p class="why">${escapeHtml(sentence(refusal.ruling.cause))}</p>
<dl>
${rows.join('\n')}
<dt>Reference</dt><dd class="code">${escapeHtml(refusal.blockRef)}</dd>
</dl>
${repairHtml(refusal.ruling)}<h2>Do you need it, or is this a mistake?</h2>
<p>Ask ${escapeHtml(school.askWhom)} and give the reference above. They can see why it was refused.</p>
${supportHtml(school)}`,
  })
}

function blockText(refusal: Refusal, school: School): string {
  return [
    school.name,
    '',
    'This site is not open here.',
    sentence(refusal.ruling.cause),
    '',
    ...factsOf(refusal, school).map(([term, fact]) => `${term}: ${fact}`),
    `Reference: ${refusal.blockRef}`,
    '',
    ...repairText(refusal.ruling),
    `Do you need it, or is this a mistake? Ask ${school.askWhom} and give the reference.`,
    '',
    supportText(school),
  ].join('\n')
}

/** The one thing that lets a device that was held back go again; null for every other refusal. */
function repairOf({ reasonCode }: Ruling) {
  const check = mendOf(reasonCode)
  return check === null ? null : { check, ...fixFor(check, null), systems: stepsOf(check) }
}

function repairHtml(ruling: Ruling): string {
  const repair = repairOf(ruling)
  if (repair === null) return ''
  const rows = repair.systems.map(
    ({ system, step }) => `<dt>${escapeHtml(system)}</dt><dd>${escapeHtml(step)}</dd>`,
  )
  const systems = rows.length === 0 ? '' : `<dl>\n${rows.join('\n')}\n</dl>\n`
  return `<h2>What you can do now</h2>
<p class="why">${escapeHtml(repair.title)} ${escapeHtml(repair.step)}</p>
${systems}`
}

function repairText(ruling: Ruling): readonly string[] {
  const repair = repairOf(ruling)
  if (repair === null) return []
  const systems = repair.systems.map(({ system, step }) => `${system}: ${step}`)
  return [`What you can do now: ${repair.title} ${repair.step}`, ...systems, '']
}

function factsOf(refusal: Refusal, school: School): (readonly [term: string, fact: string])[] {
  const category = categoryLabel(refusal.ruling)
  return [
    ['Site', refusal.host],
    ...(category === null ? [] : [['Kind of site', category] as const]),
    ['Rule', refusal.ruling.ruleId],
    ['When', formatMoment(refusal.at, school.timeZone)],
  ]
}

/** Problem details (RFC 9457) with the verdict's own fields beside them. */
function blockJson(refusal: Refusal, school: School): string {
  const { ruling } = refusal
  return JSON.stringify({
    type: 'about:blank',
    title: 'This site is not open here',
    status: FORBIDDEN,
    detail: ruling.cause,
    school: school.name,
    ask: school.askWhom,
    at: new Date(refusal.at).toISOString(),
    block_ref: refusal.blockRef,
    host: refusal.host,
    action: ruling.action,
    reason_code: ruling.reasonCode,
    profile: ruling.profile,
    alert: ruling.alert,
    zone: refusal.zone,
    category: ruling.category,
    category_label: categoryLabel(ruling),
    rule_id: ruling.ruleId,
    list_source: ruling.listSource,
    list_version: ruling.listVersion,
    policy_version: ruling.policyVersion,
    cause: ruling.cause,
    mend: repairOf(ruling),
    monitoring_notice: school.monitoringNotice,
  })
}

/**
 * The page for illegal material: a fixed text, as the Internet Watch Foundation asks of its members. No
 * address, no reference and nothing to press: there is nobody who could open it.
 */
function sealedPage(ruling: Ruling, school: School, format: PageFormat): Page {
  const paragraphs = sealedText(ruling)
  switch (format) {
    case 'html':
      return makePage(FORBIDDEN, format, sealedHtml(paragraphs, school))
    case 'json':
      return makePage(
        FORBIDDEN,
        format,
        JSON.stringify({
          type: 'about:blank',
          title: SEALED_TITLE,
          status: FORBIDDEN,
          detail: paragraphs.join(' '),
          reason_code: 'sealed',
        }),
      )
    case 'text':
      return makePage(FORBIDDEN, format, [SEALED_TITLE, ...paragraphs, ''].join('\n\n'))
  }
}

function sealedText({ category, ruleId, cause }: Ruling): readonly string[] {
  // Refused for want of the list: nothing is known against this page.
  if (ruleId === SEALED_LIST_MISSING) return [cause]
  return category === 'illegal.csam' ? CSAM_TEXT : ILLEGAL_TEXT
}

function sealedHtml(paragraphs: readonly string[], school: School): string {
  return frameHtml(school, {
    title: SEALED_TITLE,
    content: [
      `<h1>${SEALED_TITLE}</h1>`,
      ...paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
    ].join('\n'),
  })
}

const SEALED_TITLE = 'Access has been denied'

const CSAM_TEXT: readonly string[] = [
  'Access has been denied because this page may contain indecent images of children, as identified by the Internet Watch Foundation.',
  'Looking for or viewing such material is a crime. It also harms the children shown, every time it is viewed.',
  'If you are worried about your own or someone else’s thoughts or behaviour, the Stop It Now helpline gives free, confidential and anonymous advice: 0808 1000 900.',
  'If you came here by accident, close this page. You may tell a member of staff; do not show, copy or share the address.',
]

const ILLEGAL_TEXT: readonly string[] = [
  'Access has been denied because this page may contain material that is illegal in the United Kingdom.',
  'If you came here by accident, close this page. You may tell a member of staff; do not show, copy or share the address.',
]
