import type { HelpLink, School } from './page.ts'
import { escapeHtml } from './page.ts'

export interface Frame {
  readonly title: string
  /** HTML, already escaped. */
  readonly content: string
}

/**
 * The HTML around every page of the gate. One inline style and no script, image or font: it is shown by
 * a gate that has just refused everything else. Colours keep WCAG AA (4.5:1) in light and dark.
 */
export function frameHtml(school: School, frame: Frame): string {
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${escapeHtml(frame.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><p>${escapeHtml(school.name)}</p></header>
<main>
${frame.content}
</main>
</body>
</html>
`
}

/** The help every page ends with: whom to tell, where to find help, what is noted. */
export function supportHtml(school: School): string {
  return `<section aria-labelledby="worry">
<h2 id="worry">Has something online worried you?</h2>
<p>Tell a teacher you trust or the safeguarding lead. You won&#8217;t be in trouble for asking for help.</p>
<ul>
${school.helpLinks.map(helpItem).join('\n')}
</ul>
</section>
${noticeHtml(school)}`
}

export function noticeHtml(school: School): string {
  return `<footer><p>${escapeHtml(school.monitoringNotice)}</p></footer>`
}

function helpItem({ label, url }: HelpLink): string {
  if (!/^(?:https?:\/\/|tel:)/i.test(url)) return `<li>${escapeHtml(label)}</li>`
  return `<li><a href="${escapeHtml(url)}" rel="noreferrer">${escapeHtml(label)}</a></li>`
}

/** The same in plain text. */
export function supportText(school: School): string {
  return [
    'Has something online worried you? Tell a teacher you trust or the safeguarding lead.',
    ...school.helpLinks.map(({ label, url }) => `- ${label} <${url}>`),
    '',
    school.monitoringNotice,
    '',
  ].join('\n')
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1b2430;--soft:#4a5666;--paper:#fff;--back:#eef1f5;--line:#d5dbe3;--mark:#1f4e8c;--band:#1f3a5f}
@media (prefers-color-scheme:dark){:root{--ink:#eef2f7;--soft:#b3bdca;--paper:#1a212b;--back:#10151c;--line:#36404e;--mark:#9cc4ff;--band:#16283f}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:1.0625rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header{background:var(--band);color:#fff;padding:.9rem 1.25rem}
header p{margin:0 auto;max-width:40rem;font-weight:600}
main{max-width:42.5rem;margin:1.5rem auto;padding:1.5rem 1.25rem;background:var(--paper);border:1px solid var(--line);border-radius:.75rem}
h1{margin:0 0 .75rem;font-size:1.75rem;line-height:1.2}
h2{margin:1.75rem 0 .4rem;font-size:1.125rem}
p,ul,dl{margin:.5rem 0}
ul{padding-left:1.2rem}
li{margin:.35rem 0}
.why{font-size:1.1875rem}
a{color:var(--mark)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1rem;padding:.9rem 1rem;border:1px solid var(--line);border-radius:.5rem}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
.code{font:600 1.125rem ui-monospace,Consolas,Menlo,monospace;letter-spacing:.06em;white-space:nowrap}
.go{display:inline-block;margin:.75rem 0;padding:.7rem 1.4rem;border-radius:.5rem;background:#1f4e8c;color:#fff;font-weight:600;text-decoration:none}
a:focus-visible{outline:3px solid #e08a00;outline-offset:2px}
table{width:100%;border-collapse:collapse;margin:1rem 0}
th,td{padding:.5rem .6rem .5rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{color:var(--soft);font-weight:600;white-space:nowrap}
footer{margin-top:1.75rem;padding-top:.75rem;border-top:1px solid var(--line);color:var(--soft);font-size:.9375rem}
@media (max-width:34rem){main{margin:0;border-width:0;border-radius:0}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}
`
