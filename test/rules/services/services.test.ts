import { describe, expect, it } from 'vitest'
import { findService, servicesOf } from '../../../rules/services/services.ts'

describe('services of a host', () => {
  it('are found for a host of theirs and for what is below it', () => {
    expect(servicesOf('youtube.com').map(({ id }) => id)).toEqual(['youtube'])
    expect(servicesOf('rr3.sn-aigl6nek.googlevideo.com').map(({ id }) => id)).toEqual(['youtube'])
  })

  it('are none below a host that stands for itself, beside it, or for a lookalike', () => {
    expect(servicesOf('youtube.googleapis.com').map(({ id }) => id)).toEqual(['youtube'])
    for (const host of ['a.youtube.googleapis.com', 'googleapis.com', 'notyoutube.com', 'com'])
      expect(servicesOf(host)).toEqual([])
  })

  it('are known by id', () => {
    expect(findService('youtube')?.name).toBe('YouTube')
    expect(findService('constructor')).toBeUndefined()
  })
})
