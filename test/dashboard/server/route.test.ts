import { expect, it } from 'vitest'
import { ROUTES } from '../../../dashboard/server/routes/routes.ts'

it('no two routes are one, and each says in a line what it does', () => {
  const ways = ROUTES.map(({ method, url }) => `${method} ${url}`)
  expect(new Set(ways).size).toBe(ways.length)
  expect(ROUTES.filter(({ summary }) => summary.length < 6 || summary.length > 100)).toEqual([])
})

it('whatever takes a body refuses keys that it does not know', () => {
  const loose = ROUTES.flatMap(({ url, body }) =>
    body === undefined ? [] : [{ url, body }],
  ).filter(({ body }) =>
    body
      .safeParse({ 'no such key': 1 })
      .error?.issues.every(({ code }) => code !== 'unrecognized_keys'),
  )
  expect(loose).toEqual([])
})
