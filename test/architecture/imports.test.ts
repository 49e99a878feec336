import { expect, test } from 'vitest'
import { sourceFiles } from './source-tree.ts'
import type { SourceFile } from './source-tree.ts'

/** `from` may import these folders and packages, and nothing else. The reason is the error message. */
const ALLOWED: readonly { from: string; to: RegExp; because: string }[] = [
  {
    from: 'rules/',
    to: /^(rules\/|zod$|yaml$|temporal-polyfill$|ip-cidr$|ical\.js$|tldts$)/,
    because: 'rules decide; they do no I/O, read no clock and throw no dice',
  },
  {
    from: 'records/',
    to: /^(records\/|rules\/|node:|ioredis$|nodemailer$|zod$)/,
    because: 'records keep what was decided; they know no protocol and no page',
  },
  {
    from: 'proxy/',
    to: /^(proxy\/|records\/|rules\/|node:|zod$|yaml$|pino$|prom-client$|ip-cidr$)/,
    because: 'the data plane must run while the dashboard is down',
  },
  {
    from: 'dashboard/web/',
    to: /^(dashboard\/web\/|react$|react-dom\/|@mantine\/|@tanstack\/|wouter$|vite$|@vitejs\/)/,
    because: 'a page knows the API and nothing behind it',
  },
  {
    from: 'dashboard/server/',
    to: /^(dashboard\/server\/|records\/|rules\/|node:|zod$|pino$|otpauth$|qrcode$|fastify$|fastify-type-provider-zod$|@fastify\/)/,
    because: 'the dashboard reaches a gate over the records and the wire only',
  },
  {
    from: 'agent/',
    to: /^(agent\/|rules\/posture\/|node:|zod$)/,
    because: 'the agent runs alone on a device',
  },
  {
    from: 'commands/',
    to: /^(commands\/|dashboard\/|proxy\/|records\/|rules\/|agent\/|node:|zod$|yaml$|pino$|ldapts$)/,
    because: 'commands compose what ships; tests and benches do not ship',
  },
  {
    from: './',
    to: /^(commands\/|node:|vitest\/config$|@eslint\/js$|eslint|typescript-eslint$)/,
    because: 'the root holds one entry, which starts a command, and the configuration of the tools',
  },
  {
    from: 'bench/',
    to: /^(bench\/|commands\/|proxy\/|records\/|rules\/|test\/|node:|autocannon$|yaml$)/,
    because: 'a bench measures what ships, on the fixtures of the tests',
  },
]

for (const { from, to, because } of ALLOWED) {
  test(`${from} imports only what it may: ${because}`, () => {
    const strays = sourceFiles(from).flatMap((file) =>
      file.imports
        .filter(({ target }) => !to.test(target))
        .map(({ target }) => `${file.path} -> ${target}`),
    )
    expect(strays).toEqual([])
  })
}

test('every folder with source has its row in the table', () => {
  const rows = ALLOWED.map(({ from }) => from)
  const strays = [...sourceFiles('.')]
    .map(({ path }) => (path.includes('/') ? path : `./${path}`))
    .filter((path) => !path.startsWith('test/') && !rows.some((row) => path.startsWith(row)))
  expect(strays).toEqual([])
})

test('no import runs in a circle: who loads first would decide what is undefined', () => {
  const files = [
    'rules/',
    'records/',
    'proxy/',
    'agent/',
    'dashboard/',
    'commands/',
    'bench/',
    'test/',
  ].flatMap(sourceFiles)
  expect(circlesOf(files)).toEqual([])
})

test('Temporal comes from the polyfill: Node 24 has no global of that name', () => {
  const strays = sourceFiles('.')
    .filter(({ text }) => /\bTemporal\.(?:Now|Plain|Zoned|Instant|Duration)/.test(text))
    .filter(({ path }) => path !== 'test/architecture/imports.test.ts')
    .filter(({ imports }) => !imports.some(({ target }) => target === 'temporal-polyfill'))
  expect(strays.map(({ path }) => path)).toEqual([])
})

/** Type imports are gone at run time, so they may point both ways. */
function circlesOf(files: readonly SourceFile[]): readonly string[] {
  const loads = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter(({ typeOnly }) => !typeOnly).map(({ target }) => target),
    ]),
  )
  const done = new Set<string>()
  const circles: string[] = []
  const walk = (path: string, trail: readonly string[]) => {
    const start = trail.indexOf(path)
    if (start >= 0) circles.push([...trail.slice(start), path].join(' -> '))
    if (start >= 0 || done.has(path)) return
    for (const target of loads.get(path) ?? []) walk(target, [...trail, path])
    done.add(path)
  }
  for (const { path } of files) walk(path, [])
  return circles
}
