import { agreementHtml } from './agreement-text.ts'
import { escapeHtml, frameHtml, type PortalSchool } from './portal-frame.ts'

/** Where somebody says who he is. `problem`: what was wrong with what he typed before. */
export function codePage(
  school: PortalSchool,
  { code, problem }: { readonly code: string; readonly problem: string | null },
): string {
  const wrong = problem === null ? '' : `<p class="bad" role="alert">${escapeHtml(problem)}</p>\n`
  return frameHtml(
    school,
    'Get this device online',
    `<p>Every device on this Wi-Fi is registered to a person.</p>
${wrong}<form method="post" action="/portal/code">
<label for="code">Code on your slip</label>
<input type="text" id="code" name="code" value="${escapeHtml(code)}" required maxlength="64" autocomplete="off" autocapitalize="characters" spellcheck="false">
<button>Go on</button>
</form>
<h2>Which code?</h2>
<ul>
<li>Visitors get one at reception.</li>
<li>If you belong to the school, the office gives you one for your own device.</li>
<li>If this device has been here before, type the code that it got then.</li>
</ul>
<p>Ask ${escapeHtml(school.ask)}.</p>`,
  )
}

export interface AgreementPage {
  /** Null: the school asks for none. */
  readonly text: string | null
  readonly state: string
  /** Asked of a new device; null where the type is known. */
  readonly asksType: boolean
  /** Whose visit, where, until when; empty for the school's own people. */
  readonly terms: readonly string[]
  readonly problem: string | null
}

const DISCLAIMER =
  'You bring and use your device at your own risk: the school accepts no liability for its loss or damage.'

/** The agreement, what the visit is, and the yes. */
export function agreementPage(
  school: PortalSchool,
  { text, state, asksType, terms, problem }: AgreementPage,
): string {
  const wrong = problem === null ? '' : `<p class="bad" role="alert">${escapeHtml(problem)}</p>\n`
  const items = terms.map((term) => `<li>${escapeHtml(term)}</li>`).join('\n')
  const visit = terms.length === 0 ? '' : `<h2>Your visit</h2>\n<ul>\n${items}\n</ul>\n`
  const agreement = text === null ? '' : `<div class="text">\n${agreementHtml(text)}\n</div>\n`
  return frameHtml(
    school,
    'Before you go online',
    `${wrong}${visit}${agreement}<h2>What is noted</h2>
<p>${escapeHtml(school.monitoringNotice)}</p>
<p>${DISCLAIMER}</p>
<form method="post" action="/portal/accept">
<input type="hidden" name="state" value="${escapeHtml(state)}">
${asksType ? TYPE_FIELD : ''}<label class="box"><input type="checkbox" name="accept" value="yes" required>I have read this and agree to it.</label>
<button>Agree and go online</button>
</form>`,
  )
}

/** What a device may be said to be. */
export const DEVICE_TYPES = ['phone', 'tablet', 'laptop'] as const

const TYPE_FIELD = `<label for="type">This device is a</label>
<select id="type" name="type">
${DEVICE_TYPES.map((type) => `<option value="${type}">${type}</option>`).join('\n')}
</select>
`

/** The device is in, or waits for a technician. `qr` is an SVG of the address with the code. */
export function welcomePage(
  school: PortalSchool,
  done: {
    readonly isPending: boolean
    readonly rejoinCode: string | null
    readonly qr: string | null
    readonly until: string | null
  },
): string {
  const { isPending, rejoinCode, qr, until } = done
  const first = isPending
    ? '<p>A technician must approve this device first. You need not stay here.</p>'
    : '<p>It works in a few seconds. You can close this page.</p>'
  const end = until === null ? '' : `<p>It is open until ${escapeHtml(until)}.</p>\n`
  const again =
    rejoinCode === null
      ? ''
      : `<h2>When it comes again</h2>
<p>Phones change the address by which a network knows them. If this device is asked again who it is, type this code. Scanned with a camera it opens this page in the real browser.</p>
<p class="code">${escapeHtml(rejoinCode)}</p>
<div class="qr">${qr ?? ''}</div>
`
  return frameHtml(
    school,
    isPending ? 'Registered, and waiting' : 'This device is registered',
    `${first}\n${end}${again}`,
  )
}

/** For a device that the gate knows: where it stands, and the way out. */
export function knownPage(school: PortalSchool, says: string, canLeave: boolean): string {
  const leave = canLeave
    ? '<form method="post" action="/portal/leave">\n<button>Sign this device out</button>\n</form>'
    : ''
  return frameHtml(
    school,
    'This device',
    `<p>${escapeHtml(says)}</p>\n<p><a href="/why">Why was a site refused?</a></p>\n${leave}`,
  )
}

/** One sentence, for what can't go on. */
export function sorryPage(school: PortalSchool, says: string): string {
  return frameHtml(
    school,
    'This does not work just now',
    `<p class="bad" role="alert">${escapeHtml(says)}</p>
<p><a href="/portal">Try again</a>, or ask ${escapeHtml(school.ask)}.</p>`,
  )
}
