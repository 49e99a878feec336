/** What the portal's pages say of the school. */
export interface PortalSchool {
  readonly name: string
  /** Whom to ask, in words. */
  readonly ask: string
  readonly monitoringNotice: string
  /** IANA name, for the times on the pages. */
  readonly timeZone: string
}

/** For text and for attribute values in double quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}

/**
 * The HTML around every page: one inline style, no script, image or font, for the small browsers of sign-in
 * sheets. `content` is HTML. Colours keep WCAG AA (4.5:1) in light and dark.
 */
export function frameHtml(school: PortalSchool, title: string, content: string): string {
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><p>${escapeHtml(school.name)}</p></header>
<main>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
<footer><p>${escapeHtml(school.monitoringNotice)}</p></footer>
</body>
</html>
`
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1b2430;--soft:#4a5666;--paper:#fff;--back:#eef1f5;--line:#d5dbe3;--mark:#1f4e8c;--bad:#9b1c1c}
@media (prefers-color-scheme:dark){:root{--ink:#eef2f7;--soft:#b3bdca;--paper:#1a212b;--back:#10151c;--line:#36404e;--mark:#9cc4ff;--bad:#ff9d9d}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:1.0625rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header{background:#1f3a5f;color:#fff;padding:.9rem 1.25rem}
header p,footer p{margin:0 auto;max-width:40rem}
header p{font-weight:600}
main{max-width:42.5rem;margin:1.5rem auto;padding:1.5rem 1.25rem;background:var(--paper);border:1px solid var(--line);border-radius:.75rem;overflow-wrap:anywhere}
h1{margin:0 0 .75rem;font-size:1.6rem;line-height:1.2}
h2{margin:1.5rem 0 .3rem;font-size:1.125rem}
p,ul{margin:.5rem 0}
ul{padding-left:1.2rem}
label{display:block;margin:.75rem 0 .25rem;font-weight:600}
label.box{font-weight:400}
input[type=text],select{width:100%;max-width:24rem;padding:.6rem;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:.4rem}
input[type=checkbox]{width:1.3rem;height:1.3rem;margin-right:.5rem;vertical-align:-.2rem}
button{display:block;margin:1.1rem 0;padding:.7rem 1.4rem;border:0;border-radius:.5rem;background:#1f4e8c;color:#fff;font:inherit;font-weight:600}
a{color:var(--mark)}
.text{padding:.25rem 1rem;border:1px solid var(--line);border-radius:.5rem}
.bad{color:var(--bad);font-weight:600}
.code{font:600 1.25rem ui-monospace,Consolas,Menlo,monospace;letter-spacing:.06em;white-space:nowrap}
.qr svg{width:11rem;height:11rem;background:#fff;border-radius:.4rem}
button:focus-visible,a:focus-visible,input:focus-visible,select:focus-visible{outline:3px solid #e08a00;outline-offset:2px}
footer{padding:0 1.25rem 1.5rem;color:var(--soft);font-size:.9375rem}
@media print{header,footer,.noprint{display:none}main{border:0;margin:0}}
`
