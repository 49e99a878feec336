import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { GateOptions } from '../../proxy/gate-options.ts'
import { openGateParts } from '../../proxy/gate-parts.ts'
import { GateRefused } from '../../proxy/gate-refused.ts'
import { schoolFolder } from '../support/school-folder.ts'

const REFUSED: readonly [what: string, set: readonly string[], says: string][] = [
  ['an upstream that is none', ['dns.upstreams=["carrier-pigeon"]'], 'dns.upstreams: '],
  [
    'a records folder inside a file',
    ['records.directory=taken/records'],
    'cannot make the folder of `records.directory`',
  ],
]

test.each(REFUSED)('%s keeps a gate from starting, in words', async (_what, set, says) => {
  await using open = new AsyncDisposableStack()
  const school = schoolFolder()
  writeFileSync(school.path('taken'), '')
  const say = () => undefined
  const options: GateOptions = {
    ...{ config: school.config(...set), directory: school.directory, clockOffsetMs: 0 },
    ...{ version: '0', log: { info: say, warn: say, error: say } },
  }
  const refusal = await openGateParts(options, open).catch((cause: unknown) => cause)
  expect(refusal).toBeInstanceOf(GateRefused)
  expect(String(refusal)).toContain(says)
})
