import { expect, test } from 'vitest'
import { blockRef, readBlockRef } from '../../records/block-ref.ts'

const KEY = new Uint8Array(32).fill(7)
const ATTEMPT = {
  site: 'ex',
  who: 'pupil-y9-laptop',
  host: 'adult-pornography.cat.test',
  reason: 'category',
  minute: 29_900_000,
}

test('is eight letters in two groups, the same on every thread and gate with the key', () => {
  expect(blockRef(KEY, ATTEMPT)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)
  expect(blockRef(KEY, { ...ATTEMPT })).toBe(blockRef(KEY, ATTEMPT))
})

test('changes with every part of the fold key, and with the key', () => {
  const refs = [
    blockRef(KEY, ATTEMPT),
    blockRef(KEY, { ...ATTEMPT, site: 'other' }),
    blockRef(KEY, { ...ATTEMPT, who: '127.10.10.21' }),
    blockRef(KEY, { ...ATTEMPT, host: 'gambling.cat.test' }),
    blockRef(KEY, { ...ATTEMPT, reason: 'sealed' }),
    blockRef(KEY, { ...ATTEMPT, minute: ATTEMPT.minute + 1 }),
    blockRef(new Uint8Array(32), ATTEMPT),
  ]
  expect(new Set(refs).size).toBe(refs.length)
})

test('keeps the parts apart: moving a letter from one to the next is another attempt', () => {
  const moved = { ...ATTEMPT, who: 'pupil-y9-lapto', host: `p${ATTEMPT.host}` }
  expect(blockRef(KEY, moved)).not.toBe(blockRef(KEY, ATTEMPT))
})

test.each([
  ['as the page shows it', '7K1Q-2M90'],
  ['in small letters', '7k1q-2m90'],
  ['without the hyphen, with letters for digits', ' 7KlQ2M9O '],
  ['with a space', '7KIQ 2M9o'],
])('a code is read %s', (_says, text) => {
  expect(readBlockRef(text)).toBe('7K1Q-2M90')
})

test('what is no code stays what it is', () => {
  expect(readBlockRef(' nobody ')).toBe('nobody')
})
