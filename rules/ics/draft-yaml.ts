import { Document, type Node } from 'yaml'
import type { CalendarDraft } from './calendar-from-ics.ts'

/** The draft as sections of a policy file, an entry a line; what was left out is in comments below. */
export function draftYaml(draft: CalendarDraft, problems: readonly string[]): string {
  const { terms, closed, inset, changes, exams, leftOut } = draft
  const calendar = sectionsOf({ terms, closed, inset, changes })
  const parts = [
    calendar === '' ? '' : `calendar:\n${indented(calendar)}`,
    sectionsOf({ exams }),
    commentOf(
      'left out',
      leftOut.map(({ date, summary, why }) => `${date} ${summary}: ${why}`),
    ),
    commentOf('not understood', problems),
  ]
  return parts.filter((part) => part !== '').join('')
}

function sectionsOf(sections: Readonly<Record<string, readonly unknown[]>>): string {
  return Object.entries(sections)
    .filter(([, entries]) => entries.length > 0)
    .map(
      ([name, entries]) => `${name}:\n${entries.map((entry) => `  - ${flow(entry)}\n`).join('')}`,
    )
    .join('')
}

/** `{ name: Half-term, from: 2026-10-26, to: 2026-10-30 }`, quoted where YAML needs it. */
function flow(entry: unknown): string {
  const document = new Document()
  const node: Node = document.createNode(entry, { flow: true })
  document.contents = node
  // A width would break the entry into lines, which are no entry of a list any more.
  return document.toString({ lineWidth: 0, flowCollectionPadding: true, singleQuote: true }).trim()
}

/** By YAML's line ends alone: `^` with the flag `m` takes U+2028 in a name for one, too. */
function indented(text: string): string {
  return text.replace(/(?<=^|\n)(?=[^\n])/g, '  ')
}

function commentOf(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return ''
  return `# ${title}:\n${lines.map((line) => `#   ${line}\n`).join('')}`
}
