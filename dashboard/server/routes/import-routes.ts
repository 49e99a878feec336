import { z } from 'zod'
import type { ImportSource } from '../../../records/imports/import-source.ts'
import { readOneRoster } from '../../../records/imports/oneroster/one-roster.ts'
import { rosterOfZip } from '../../../records/imports/oneroster/roster-files.ts'
import { LISTS, readList } from '../../../records/imports/read-list.ts'
import { runImport, type ImportOrder } from '../../../records/imports/run-import.ts'
import { readPhases } from '../../../records/imports/school-years.ts'
import { describeProblem } from '../../../rules/policy/yaml-source.ts'
import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'

/** A hundred thousand rows; a larger list is brought in on the gate's own machine. */
const MAX_FILE_OCTETS = 16 * 1024 * 1024

const yes = z.enum(['true', 'false']).transform((word) => word === 'true')

const asked = z.strictObject({
  list: z.enum([...LISTS, 'oneroster']),
  /** The file's name, for messages and the ledger. */
  name: z.string().min(1).max(100),
  whole: yes.default(false),
  removes: z.coerce.number().int().min(0).max(1_000_000).optional(),
  org: z.string().min(1).max(64).optional(),
  phases: z.string().max(500).optional(),
  /** Absent: only tried. */
  reason: z.string().max(2_000).optional(),
})
type Asked = z.output<typeof asked>

export const IMPORT_ROUTES = [
  route({
    method: 'POST',
    url: '/api/imports',
    access: 'imports.run',
    summary:
      'A list as a file in the body: its difference and bad rows; with a reason it is brought in',
    query: asked,
    fileOctets: MAX_FILE_OCTETS,
    // Each is read and judged row by row, which takes seconds of a core.
    perMinute: 30,
    handle: ({ query, file, desk: { school }, at }, { personRef }) => {
      if (file.length === 0)
        throw new ProblemError('bad_request', 'the body is the file: text/csv or application/zip')
      const { whole, removes = null, reason } = query
      const by = reason === undefined ? null : { actor: personRef, reason }
      const order: ImportOrder = { read: readerOf(query, file), whole, removes, by, at }
      const { desk, ledger, register } = school
      return runImport(order, { desk, ledger, view: { current: register } })
    },
  }),
]

function readerOf({ list, name, org, phases }: Asked, octets: Uint8Array) {
  const source: ImportSource = { name, octets }
  if (list !== 'oneroster')
    return (context: Parameters<ImportOrder['read']>[0]) => readList(list, source, context)
  const told = phases === undefined ? null : readPhases(phases)
  if (typeof told === 'string') throw new ProblemError('bad_request', told)
  const files = rosterOfZip(source)
  if ('message' in files) throw new ProblemError('refused', describeProblem(files))
  return (context: Parameters<ImportOrder['read']>[0]) =>
    readOneRoster(files, { org: org ?? null, phases: told }, context)
}
