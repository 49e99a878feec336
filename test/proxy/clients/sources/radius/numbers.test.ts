import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as numbers from '../../../../../proxy/clients/sources/radius/numbers.ts'

/** FreeRADIUS's own tables, which come with radclient. */
const DICTIONARIES = '/usr/share/freeradius'
const names = (name: string): Map<string, string> => {
  const text = readFileSync(`${DICTIONARIES}/dictionary.${name}`, 'utf8')
  const rows = text.matchAll(/^(?:ATTRIBUTE|VENDOR)\s+(\S+)\s+(\d+)/gm)
  return new Map([...rows].map(([, attribute = '', number = '']) => [attribute, number]))
}

test('each attribute has the number that FreeRADIUS has for it', () => {
  const files = ['rfc2865', 'rfc2866', 'rfc2869', 'rfc3162', 'rfc3576', 'rfc6911', 'aruba']
  const known = new Map(files.flatMap((file) => [...names(file)]))
  const asWritten = (name: string): string => name.toLowerCase().replaceAll('_', '-')
  const theirs = new Map([...known].map(([name, number]) => [name.toLowerCase(), Number(number)]))
  const ours = Object.entries(numbers).filter(
    ([name]) => !/^(?:ACCOUNTING|DISCONNECT|VENDOR_A)/.test(name),
  )
  expect(ours.length).toBeGreaterThan(18)
  for (const [name, number] of ours)
    expect([name, theirs.get(asWritten(name))]).toEqual([name, number])
  expect(theirs.get('aruba')).toBe(numbers.VENDOR_ARUBA)
})
