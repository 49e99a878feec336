import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgreementDocument } from '../../../rules/agreements/agreement.ts'
import { escapeHtml } from './portal-frame.ts'

/** Longer is no agreement in plain words, and nobody would read it on a phone. */
const MAX_OCTETS = 64 * 1024

/** The text of an agreement as its file has it now; null where it can't be read. */
export function readAgreement({ file }: AgreementDocument, directory: string): string | null {
  try {
    const text = readFileSync(join(directory, file), 'utf8')
    return text.trim() === '' || Buffer.byteLength(text) > MAX_OCTETS ? null : text
  } catch {
    return null
  }
}

/** `# heading`, `- item` and paragraphs, with a blank line between: what plain words need. */
export function agreementHtml(text: string): string {
  const blocks = text.trim().split(/\n\s*\n/)
  return blocks.map(blockHtml).join('\n')
}

function blockHtml(block: string): string {
  const lines = block.split('\n').map((line) => line.trim())
  const [first = ''] = lines
  const heading = /^#{1,3} (.+)$/.exec(first)
  if (heading !== null) {
    const rest = lines.slice(1)
    const title = `<h2>${escapeHtml(heading[1] ?? '')}</h2>`
    return rest.length === 0 ? title : `${title}\n${blockHtml(rest.join('\n'))}`
  }
  if (!lines.every((line) => line.startsWith('- '))) return `<p>${escapeHtml(lines.join(' '))}</p>`
  const items = lines.map((line) => `<li>${escapeHtml(line.slice(2))}</li>`)
  return `<ul>\n${items.join('\n')}\n</ul>`
}
