import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { METRICS } from '../../proxy/metrics/metric-catalogue.ts'
import { faultsOf, metricsIn } from './promql-names.ts'

const GRAFANA = join(import.meta.dirname, '..', '..', 'deploy', 'grafana')

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: {
    readonly x: number
    readonly y: number
    readonly w: number
    readonly h: number
  }
  readonly datasource?: { readonly uid: string }
  readonly targets?: readonly { readonly expr: string }[]
}

interface Board {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly query: { readonly query: string } }[] }
}

const board = JSON.parse(readFileSync(join(GRAFANA, 'schoolgate.json'), 'utf8')) as Board
const queries = board.panels.flatMap(({ title, targets }) =>
  (targets ?? []).map(({ expr }) => ({ title, expr })),
)

const folder = mkdtempSync(join(tmpdir(), 'schoolgate-board-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

test('every query asks for metrics and labels that the gate has', () => {
  const faults = queries.flatMap(({ title, expr }) =>
    faultsOf(expr).map((fault) => `${title}: ${fault}`),
  )
  expect(faults).toEqual([])
})

test('every query is PromQL that Prometheus can parse', () => {
  const rules = queries.map(({ expr }, index) => ({
    record: `board:query:${index}`,
    // Grafana fills its own variables in before it asks.
    expr: expr.replaceAll('$__rate_interval', '1m').replaceAll('$gate', '.*'),
  }))
  const path = join(folder, 'board.yml')
  writeFileSync(path, stringify({ groups: [{ name: 'board', rules }] }))
  const said = execFileSync('promtool', ['check', 'rules', path], { encoding: 'utf8' })
  expect(said).toContain(`${queries.length} rules found`)
})

test('every metric of the gate is on the board', () => {
  const shown = new Set([
    ...queries.flatMap(({ expr }) => metricsIn(expr)),
    ...board.templating.list.flatMap(({ query }) => metricsIn(query.query)),
  ])
  expect(Object.keys(METRICS).filter((name) => !shown.has(name))).toEqual([])
})

test('panels have ids of their own, do not cover each other, and fit the grid of 24 columns', () => {
  const ids = board.panels.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(board.panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([])
  const covered = board.panels.flatMap((one, index) =>
    board.panels
      .slice(index + 1)
      .filter((other) => overlap(one, other))
      .map((other) => `${one.title} / ${other.title}`),
  )
  expect(covered).toEqual([])
})

test('the board asks the data source that is provisioned', () => {
  const path = join(GRAFANA, 'provisioning', 'datasources', 'prometheus.yaml')
  const { datasources } = parse(readFileSync(path, 'utf8')) as { datasources: { uid: string }[] }
  const asked = board.panels
    .filter(({ type }) => type !== 'row')
    .map((panel) => panel.datasource?.uid)
  expect(new Set(asked)).toEqual(new Set(datasources.map(({ uid }) => uid)))
})

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}
