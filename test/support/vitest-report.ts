/** The part of Vitest's JSON report that the last line of `npm test` is made of. */
interface VitestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** How many tests passed and failed, and every fault that is not itself a failed test. */
export interface Score {
  readonly passed: number
  readonly failed: number
  readonly complaints: readonly string[]
}

/**
 * Counts tests, and as failures also what a count of tests would hide: a file that did not load, a
 * skipped test (it proves nothing and looks like success), a run that ended badly all the same.
 */
export function scoreOf(reportText: string | undefined, exitCode: number): Score {
  if (reportText === undefined) {
    return { passed: 0, failed: 1, complaints: ['vitest wrote no report'] }
  }
  const files = (JSON.parse(reportText) as VitestReport).testResults
  const tests = files.flatMap(({ assertionResults }) => assertionResults)
  const passed = tests.filter(({ status }) => status === 'passed').length
  const failed = tests.filter(({ status }) => status === 'failed').length
  const complaints = [
    ...files
      .filter((file) => file.status === 'failed' && !hasFailedTest(file.assertionResults))
      .map(({ name }) => `${name} did not run to its end`),
    ...tests
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName, status }) => `test \`${fullName}\` is ${status}`),
  ]
  if (tests.length === 0) complaints.push('no test ran')
  if (exitCode !== 0 && failed + complaints.length === 0) {
    complaints.push(`vitest ended with exit code ${exitCode}, see above`)
  }
  return { passed, failed: failed + complaints.length, complaints }
}

function hasFailedTest(tests: readonly { readonly status: string }[]): boolean {
  return tests.some(({ status }) => status === 'failed')
}
