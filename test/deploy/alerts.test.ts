import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { faultsOf } from './promql-names.ts'

const ROOT = join(import.meta.dirname, '..', '..')

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string
      readonly expr: string
      readonly labels: Readonly<Record<string, string>>
      readonly annotations: Readonly<Record<string, string>>
    }[]
  }[]
}

interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly {
      readonly alertname: string
      readonly exp_alerts: readonly unknown[]
    }[]
  }[]
}

const rules = read<Rules>('deploy/prometheus/alerts.yml').groups.flatMap((group) => group.rules)
const checks = read<RuleTests>('deploy/prometheus/alerts.test.yml').tests.flatMap(
  (row) => row.alert_rule_test,
)

const PROMTOOL: readonly [says: string, ...args: string[]][] = [
  ['Prometheus takes the alert rules', 'check', 'rules', 'deploy/prometheus/alerts.yml'],
  ['Prometheus takes its configuration', 'check', 'config', 'deploy/prometheus/prometheus.yml'],
  ['the alerts fire when they should', 'test', 'rules', 'deploy/prometheus/alerts.test.yml'],
]

for (const [says, ...args] of PROMTOOL) {
  test(says, () => {
    expect(execFileSync('promtool', args, { cwd: ROOT, encoding: 'utf8' })).toContain('SUCCESS')
  })
}

for (const { alert, expr, labels, annotations } of rules) {
  test(`${alert} asks for metrics and labels that the gate has`, () => {
    expect(faultsOf(expr)).toEqual([])
  })

  test(`${alert} says how urgent it is, what happened and what to do`, () => {
    expect(['page', 'ticket']).toContain(labels['severity'])
    expect(annotations).toEqual({
      summary: expect.any(String) as string,
      description: expect.any(String) as string,
    })
  })

  test(`${alert} has a test that it fires, and one that it does not`, () => {
    const own = checks.filter(({ alertname }) => alertname === alert)
    expect(own.some(({ exp_alerts }) => exp_alerts.length > 0)).toBe(true)
    expect(own.some(({ exp_alerts }) => exp_alerts.length === 0)).toBe(true)
  })
}

test('deploy/README.md says what to do about each alert, and about none that is not there', () => {
  const readme = readFileSync(join(ROOT, 'deploy/README.md'), 'utf8')
  const rows = [...readme.matchAll(/^\| ([A-Z][A-Za-z]+) +\|/gm)].map(([, name]) => name)
  expect(rows.toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted())
})

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names the shape at the call
function read<Shape>(path: string): Shape {
  return parse(readFileSync(join(ROOT, path), 'utf8')) as Shape
}
