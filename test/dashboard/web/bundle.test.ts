import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Rollup } from 'vite'
import { expect, it, onTestFinished, vi } from 'vitest'

const WEB = join(import.meta.dirname, '..', '..', '..', 'dashboard', 'web')

/** What a phone on a slow line waits for (issue 6, section 10). */
const FIRST_LOAD_OCTETS = 250 * 1024

interface Built {
  readonly chunks: ReadonlyMap<string, Rollup.OutputChunk>
  readonly octetsOf: (file: string) => number
}

async function buildPages(): Promise<Built> {
  // Vitest's own would give React's development build.
  vi.stubEnv('NODE_ENV', 'production')
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  const built = await build({
    root: WEB,
    configFile: join(WEB, 'vite.config.ts'),
    logLevel: 'error',
    build: { write: false },
  })
  const { output } = (Array.isArray(built) ? built[0] : built) as Rollup.RolldownOutput
  const chunks = output.filter((file) => file.type === 'chunk')
  const texts = new Map(
    output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]),
  )
  return {
    chunks: new Map(chunks.map((chunk) => [chunk.fileName, chunk])),
    octetsOf: (file) => gzipSync(texts.get(file) ?? '').length,
  }
}

/** A chunk with all that the browser must have before it runs. */
function closureOf(
  name: string,
  chunks: Built['chunks'],
  seen = new Set<string>(),
): ReadonlySet<string> {
  const chunk = chunks.get(name)
  if (chunk === undefined || seen.has(name)) return seen
  seen.add(name)
  for (const file of chunk.viteMetadata?.importedCss ?? []) seen.add(file)
  for (const other of chunk.imports) closureOf(other, chunks, seen)
  return seen
}

it('whoever opens the dashboard loads 250 KB at most, whichever page he begins with', async () => {
  const built = await buildPages()
  const entry = [...built.chunks.values()].find(({ isEntry }) => isEntry)
  if (entry === undefined) throw new Error('no entry')
  const frame = closureOf(entry.fileName, built.chunks)
  const pages = entry.dynamicImports.map((page) => {
    const files = closureOf(page, built.chunks).union(frame)
    return { page, octets: [...files].reduce((sum, file) => sum + built.octetsOf(file), 0) }
  })
  expect(pages.length).toBeGreaterThanOrEqual(12)
  expect(pages.filter(({ octets }) => octets > FIRST_LOAD_OCTETS)).toEqual([])
}, 120_000)
