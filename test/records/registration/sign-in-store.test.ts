import { expect, test } from 'vitest'
import { SignInStore } from '../../../records/registration/sign-in-store.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const signIn = (address: string, device: string, at: number) => ({
  ...{ address, device, mac: null, at, until: at + 1_000 },
})

test('a reader hears each sign-in once, the last one of an address', () => {
  using store = SignInStore.open(tempDirectory())
  store.put(signIn('10.0.0.1', 'one', 1))
  store.put(signIn('10.0.0.2', 'two', 2))
  const first = store.since(0)
  expect(first.signIns.map(({ device }) => device)).toEqual(['one', 'two'])
  expect(store.since(first.change).signIns).toEqual([])
  store.put(signIn('10.0.0.1', 'three', 3))
  const next = store.since(first.change)
  expect(next.signIns).toEqual([signIn('10.0.0.1', 'three', 3)])
  expect(store.since(0).signIns.map(({ device }) => device)).toEqual(['two', 'three'])
})

test('what is over for a day is forgotten; outcomes are counted for good', () => {
  const directory = tempDirectory()
  {
    using store = SignInStore.open(directory)
    store.put(signIn('10.0.0.1', 'one', 1))
    store.put(signIn('10.0.0.2', 'two', 86_400_000 + 2_000))
    expect(store.since(0).signIns.map(({ device }) => device)).toEqual(['two'])
    store.count('used')
    store.count('used')
  }
  using again = SignInStore.open(directory)
  expect(again.outcomes()).toEqual({ used: 2 })
})
