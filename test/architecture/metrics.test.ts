import { expect, test } from 'vitest'
import { METRICS } from '../../proxy/metrics/metric-catalogue.ts'
import { readText, sourceFiles } from './source-tree.ts'

const CATALOGUE = 'proxy/metrics/metric-catalogue.ts'
const declared = Object.keys(METRICS)

const written = new Set(
  ['./', 'commands/', 'rules/', 'records/', 'proxy/']
    .flatMap(sourceFiles)
    .filter(({ path }) => path !== CATALOGUE)
    .flatMap(({ strings }) => strings)
    .filter((text) => /^schoolgate_[a-z_]+$/.test(text)),
)

test('every metric that the code writes is declared in the catalogue', () => {
  expect([...written].filter((name) => !declared.includes(name))).toEqual([])
})

test('every declared metric is written by the code', () => {
  expect(declared.filter((name) => !written.has(name))).toEqual([])
})

test('deploy/README.md explains every metric with its labels, and none that is not there', () => {
  const readme = readText('deploy/README.md') ?? ''
  const rows = [...readme.matchAll(/^\| `(schoolgate_[^`]+)` +\| (\w+)/gm)]
  const explained = rows.map(([, signature, type]) => `${signature ?? ''} ${type ?? ''}`)
  const expected = Object.entries(METRICS).map(([name, { labels, type }]) =>
    labels.length === 0 ? `${name} ${type}` : `${name}{${labels.join(',')}} ${type}`,
  )
  expect(explained.toSorted()).toEqual(expected.toSorted())
})
