import { namesHtml } from '../pages/accept.ts'
import { noticeHtmlPage, noticePage } from '../pages/gate-pages.ts'
import type { Page, School } from '../pages/page.ts'
import type { Failure } from './exchange.ts'

/** What a device is told when its request could not be served; no byte of the request is in it. */
const FAILURES: Readonly<
  Record<Exclude<Failure, 'refused'>, readonly [status: number, text: string]>
> = {
  'unknown-host': [502, "the site's name is not known (no address found)"],
  unreachable: [502, 'the site does not accept connections'],
  'timed-out': [504, 'the site did not answer in time (connecting)'],
  silent: [504, 'the site did not answer in time (waiting for its answer)'],
  closed: [502, 'the site closed the connection without an answer'],
  'bad-answer': [502, "the site's answer is not valid HTTP"],
  'bad-body': [400, "the request's body is not valid HTTP"],
}

export function failurePage(
  failure: Exclude<Failure, 'refused'>,
  asker: { readonly accept: string; readonly school: School },
): Page {
  const [status, text] = FAILURES[failure]
  return namesHtml(asker.accept)
    ? noticeHtmlPage(status, text, asker.school)
    : noticePage(status, text)
}
