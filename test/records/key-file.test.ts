import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { readOrCreateKey } from '../../records/key-file.ts'
import { tempDirectory } from '../support/temp-directory.ts'

test('makes a private file of 32 octets and reads the same key from then on', () => {
  const directory = tempDirectory()
  const key = readOrCreateKey(directory, 'journal')
  expect(key.length).toBe(32)
  expect(statSync(join(directory, 'journal.key')).mode & 0o777).toBe(0o600)
  expect(readOrCreateKey(directory, 'journal')).toEqual(key)
  expect(readOrCreateKey(directory, 'masks')).not.toEqual(key)
  expect(readdirSync(directory).toSorted()).toEqual(['journal.key', 'masks.key'])
})

test('threads that race for a new key get the same one', async () => {
  const directory = tempDirectory()
  const source = `
    const { parentPort, workerData } = require('node:worker_threads')
    import(workerData.module).then(({ readOrCreateKey }) => {
      parentPort.postMessage(readOrCreateKey(workerData.directory, 'race').toString('hex'))
    })`
  const module = new URL('../../records/key-file.ts', import.meta.url).href
  const keys = await Promise.all(
    Array.from({ length: 4 }, () => {
      const worker = new Worker(source, { eval: true, workerData: { module, directory } })
      return new Promise<unknown>((resolve, reject) => {
        worker.once('message', resolve).once('error', reject)
      })
    }),
  )
  expect(new Set(keys).size).toBe(1)
  expect(readdirSync(directory)).toEqual(['race.key'])
})

test('refuses a file that was cut short, rather than work with a weak key', () => {
  const directory = tempDirectory()
  writeFileSync(join(directory, 'journal.key'), 'short', { mode: 0o600 })
  expect(() => readOrCreateKey(directory, 'journal')).toThrow('holds 5 octets, a key has 32')
})

test('refuses a key that others can read', () => {
  const directory = tempDirectory()
  readOrCreateKey(directory, 'journal')
  chmodSync(join(directory, 'journal.key'), 0o644)
  expect(() => readOrCreateKey(directory, 'journal')).toThrow('chmod 600')
})
