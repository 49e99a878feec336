import { describe, expect, it } from 'vitest'
import {
  isRandomised,
  readMacAddress,
  type MacAddress,
} from '../../../rules/identity/mac-address.ts'

describe('a hardware address', () => {
  it.each([
    ['3c:22:fb:01:02:0a', '3c:22:fb:01:02:0a'],
    ['3C-22-FB-01-02-0A', '3c:22:fb:01:02:0a'],
    ['3c22.fb01.020a', '3c:22:fb:01:02:0a'],
    ['3C22FB01020A', '3c:22:fb:01:02:0a'],
    ['3c:22:fb:1:2:a', '3c:22:fb:01:02:0a'],
  ])('%s is read as %s', (text, mac) => {
    expect(readMacAddress(text)).toBe(mac)
  })

  it.each([
    ['00:00:00:00:00:00', 'nobody'],
    ['ff:ff:ff:ff:ff:ff', 'everybody'],
    ['01:00:5e:00:00:fb', 'a group'],
    ['3c:22:fb:01:02', 'too short'],
    ['3c:22:fb:01:02:0a:0b', 'too long'],
    ['3c:22:fb:01:02:0g', 'no hexadecimal'],
    ['', 'nothing'],
    ['a'.repeat(100_000), 'endless'],
  ])('%.20s is none: %s', (text) => {
    expect(readMacAddress(text)).toBeNull()
  })

  it.each([
    ['02:00:00:00:00:01', true],
    ['da:a1:19:12:34:56', true],
    ['3c:22:fb:01:02:0a', false],
  ])('%s was made up by the device: %s', (mac, made) => {
    expect(isRandomised(mac as MacAddress)).toBe(made)
  })
})
