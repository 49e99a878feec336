import { expect, test } from 'vitest'
import { ImageBuilder } from '../../../rules/lists/image-builder.ts'
import { ListImage } from '../../../rules/lists/list-image.ts'
import { closedByLists } from '../../../rules/over-blocking/closed-by-lists.ts'

function imageOf(...lines: readonly string[]): ListImage {
  const builder = new ImageBuilder({ seed: [1, 2], builtAt: '' })
  for (const line of lines) {
    const [host = '', category = ''] = line.split(' ')
    const id = `of-${category}`
    const list = builder.addList({ id, name: id, category, source: 's', version: '1' })
    builder.addHost(list, 'subtree', host)
  }
  const built = builder.finish()
  const image = built instanceof SharedArrayBuffer ? ListImage.open(built) : built
  if (!(image instanceof ListImage)) throw new Error(image.problem)
  return image
}

test('a site that a list would close is named with the list and for whom', () => {
  const image = imageOf('exams.example money.gambling', 'press.example media.press')
  expect(closedByLists(image, ['www.exams.example', 'press.example', 'unlisted.example'])).toEqual([
    {
      host: 'www.exams.example',
      audiences: ['primary', 'secondary', 'sixth', 'staff', 'visitor'],
      lists: ['of-money.gambling (money.gambling)'],
    },
  ])
})

test('what is closed for some is named for those', () => {
  expect(closedByLists(imageOf('a.example media.games'), ['a.example'])[0]?.audiences).toEqual([
    ...['primary', 'secondary', 'sixth', 'staff', 'visitor'],
  ])
  expect(closedByLists(imageOf('a.example comms.webmail'), ['a.example'])[0]?.audiences).toEqual([
    ...['primary', 'secondary', 'sixth', 'staff'],
  ])
})

test('a help line and a school site stay open whatever else they are in', () => {
  const image = imageOf(
    ...['help.example harm.suicide', 'help.example support.wellbeing'],
    ...['school.example media.games', 'school.example edu.allow'],
  )
  expect(closedByLists(image, ['help.example', 'school.example'])).toEqual([])
})

test('a warning and a safe mode are open', () => {
  const image = imageOf('talk.example comms.forums', 'tube.example media.video_audio')
  expect(closedByLists(image, ['talk.example', 'tube.example'])[0]?.audiences).toEqual(['primary'])
})

test('what a sealed list holds is not told', () => {
  expect(closedByLists(imageOf('x.example illegal.other'), ['x.example'])).toEqual([])
})
