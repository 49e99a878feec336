import { expect, test } from 'vitest'
import { parseInterval, parseListPlace } from '../../../rules/policy/list-place.ts'

test.each<[text: string, ms: number | undefined]>([
  ['5m', 300_000],
  ['6h', 21_600_000],
  ['31d', 2_678_400_000],
  ['4m', undefined],
  ['32d', undefined],
  ['1', undefined],
  ['1w', undefined],
  ['-1d', undefined],
])('an interval of `%s`', (text, ms) => {
  expect(parseInterval(text)).toBe(ms)
})

test.each<[text: string, place: object]>([
  ['https://a.example/x.tar.gz', { kind: 'http', url: 'https://a.example/x.tar.gz' }],
  [
    'axfr://ns.example/rpz.example',
    { kind: 'axfr', host: 'ns.example', port: 53, zone: 'rpz.example' },
  ],
  ['axfr://[2001:db8::1]:5353/rpz', { kind: 'axfr', host: '2001:db8::1', port: 5353, zone: 'rpz' }],
  ['axfr://ns.example/', { problem: 'not `axfr://server[:port]/zone`' }],
  ['ftp://a.example/', { problem: 'neither `https://`, `http://` nor `axfr://`' }],
  ['https://me:secret@a.example/', { problem: 'a URL with a password in it' }],
  ['lists/x.txt', { problem: 'not a URL' }],
])('`%s` is a place, or is told why not', (text, place) => {
  expect(parseListPlace(text)).toEqual(place)
})
