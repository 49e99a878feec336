import { expect, test } from 'vitest'
import { scoreOf } from './vitest-report.ts'

type Status = 'passed' | 'failed' | 'skipped' | 'todo'

function report(status: 'passed' | 'failed', ...tests: readonly Status[]): string {
  const assertionResults = tests.map((one, index) => ({ fullName: `t${index}`, status: one }))
  return JSON.stringify({
    testResults: [{ name: 'a.test.ts', status, message: '', assertionResults }],
  })
}

const CASES: readonly [
  says: string,
  reportText: string | undefined,
  exitCode: number,
  score: { passed: number; failed: number },
][] = [
  ['counts tests', report('passed', 'passed', 'passed'), 0, { passed: 2, failed: 0 }],
  [
    'a failed test is one failure',
    report('failed', 'passed', 'failed'),
    1,
    { passed: 1, failed: 1 },
  ],
  ['a file that did not load is a failure', report('failed'), 1, { passed: 0, failed: 2 }],
  [
    'a file whose set-up failed is a failure',
    report('failed', 'passed'),
    1,
    { passed: 1, failed: 1 },
  ],
  [
    'a skipped test is a failure',
    report('passed', 'passed', 'skipped'),
    0,
    { passed: 1, failed: 1 },
  ],
  [
    'a test to be written is a failure',
    report('passed', 'passed', 'todo'),
    0,
    { passed: 1, failed: 1 },
  ],
  [
    'an unhandled rejection after green tests is a failure',
    report('passed', 'passed'),
    1,
    { passed: 1, failed: 1 },
  ],
  ['no report at all is a failure', undefined, 0, { passed: 0, failed: 1 }],
  ['no test at all is a failure', JSON.stringify({ testResults: [] }), 0, { passed: 0, failed: 1 }],
]

for (const [says, reportText, exitCode, score] of CASES) {
  test(says, () => {
    expect(scoreOf(reportText, exitCode)).toMatchObject(score)
  })
}
