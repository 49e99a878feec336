import { frameHtml, noticeHtml, supportHtml } from './page-frame.ts'
import type { Page, School } from './page.ts'
import { escapeHtml, formatShortMoment, makePage, sentence } from './page.ts'

/** One line of `/why`. */
export interface RefusedVisit {
  readonly at: number
  readonly host: string
  readonly cause: string
  readonly reasonCode: string
  readonly blockRef: string
}

/** `/why`: what was refused to the device that asks, newest first. Sealed hosts are not named. */
export function whyPage(visits: readonly RefusedVisit[], school: School): Page {
  const content =
    visits.length === 0
      ? '<p>Nothing was refused to this device lately.</p>'
      : `<p>What was refused to this device lately, newest first. To ask about one, give its reference to ${escapeHtml(school.askWhom)}.</p>
<table>
<thead><tr><th scope="col">When</th><th scope="col">Site and reason</th><th scope="col">Reference</th></tr></thead>
<tbody>
${visits.map((visit) => whyRow(visit, school)).join('\n')}
</tbody>
</table>`
  return makePage(
    200,
    'html',
    frameHtml(school, {
      title: 'Why was it refused?',
      content: `<h1>Why was it refused?</h1>\n${content}\n${supportHtml(school)}`,
    }),
  )
}

function whyRow(visit: RefusedVisit, school: School): string {
  const sealed = visit.reasonCode === 'sealed'
  const site = sealed ? 'not shown' : visit.host
  return `<tr><td>${escapeHtml(formatShortMoment(visit.at, school.timeZone))}</td><td>${escapeHtml(site)}<br>${escapeHtml(visit.cause)} (${escapeHtml(visit.reasonCode)})</td><td class="code">${sealed ? '' : escapeHtml(visit.blockRef)}</td></tr>`
}

/** `/portal`: the help that works when nothing else does. */
export function portalPage(school: School): Page {
  return makePage(
    200,
    'html',
    frameHtml(school, {
      title: 'Getting this device online',
      content: `<h1>Getting this device online</h1>
<p class="why">Every device on this Wi-Fi is registered to a person.</p>
<h2>To register this device</h2>
<ul>
<li>Bring it to ${escapeHtml(school.askWhom)}.</li>
<li>Say whose it is and read and sign the agreement for using the school&#8217;s Wi-Fi.</li>
<li>Visitors get a voucher at reception.</li>
</ul>
<h2>Already registered?</h2>
<p>Switch off private or random Wi-Fi addresses for this network, so that the device is recognised. If it is still refused, <a href="/why">see why</a> and ask ${escapeHtml(school.askWhom)}.</p>
${supportHtml(school)}`,
    }),
  )
}

/** For a host that DNS sent here while it was refused, and that is open by now. */
export function openNowPage(host: string, school: School): Page {
  return makePage(
    200,
    'html',
    frameHtml(school, {
      title: 'This site is open now',
      content: `<h1>This site is open now</h1>
<p class="why">${escapeHtml(host)} was refused a moment ago and is open now. Close this page and try again in a few seconds.</p>
${supportHtml(school)}`,
    }),
  )
}

/** What the gate says at its own address when nothing particular is asked. */
export function welcomePage(school: School): Page {
  return makePage(
    200,
    'html',
    frameHtml(school, {
      title: 'School Wi-Fi',
      content: `<h1>School Wi-Fi</h1>
<ul>
<li><a href="/why">Why was a site refused to me?</a></li>
<li><a href="/portal">How do I get this device online?</a></li>
</ul>
${supportHtml(school)}`,
    }),
  )
}

/** A short answer of the gate about the request itself: no page of a site, and nothing of the request in it. */
export function noticePage(status: number, text: string): Page {
  return makePage(status, 'text', `${text}\n`)
}

/** The same for somebody in front of a browser. */
export function noticeHtmlPage(status: number, text: string, school: School): Page {
  return makePage(
    status,
    'html',
    frameHtml(school, {
      title: "This page can't be shown",
      content: `<h1>This page can't be shown</h1>
<p class="why">${escapeHtml(sentence(text))}</p>
<p>The filter has not refused it. If it goes on, tell ${escapeHtml(school.askWhom)}.</p>
${noticeHtml(school)}`,
    }),
  )
}
