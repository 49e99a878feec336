import { expect, test } from 'vitest'
import {
  isSelfTestAddress,
  MAX_STAND_INS,
  standInAddress,
} from '../../../proxy/self-test/stand-in.ts'

test('every stand-in has an address of its own inside 127.255.0.0/16', () => {
  const addresses = Array.from({ length: MAX_STAND_INS }, (_, index) => standInAddress(index))
  expect(new Set(addresses).size).toBe(MAX_STAND_INS)
  expect(addresses.every(isSelfTestAddress)).toBe(true)
  expect(addresses.every((one) => one.split('.').every((part) => Number(part) < 256))).toBe(true)
})

test('other addresses are none', () => {
  for (const address of ['127.10.20.7', '127.0.0.1', '10.127.255.1', '::1', '127.255.1.1.example'])
    expect(isSelfTestAddress(address)).toBe(false)
})
