import { ImageBuilder } from '../../rules/lists/image-builder.ts'
import { ListImage } from '../../rules/lists/list-image.ts'

/** An image of one list with these names and all below them. */
export function imageOfNames(names: Iterable<string>): {
  readonly image: SharedArrayBuffer
  readonly opened: ListImage
} {
  const builder = new ImageBuilder({ seed: [7, 11], builtAt: '2026-11-25T00:00:00Z' })
  const list = builder.addList({
    ...{ id: 'list', name: 'list', category: 'media.games', source: 'test', version: '1' },
  })
  for (const name of names) builder.addHost(list, 'subtree', name)
  const image = builder.finish()
  if ('problem' in image) throw new Error(image.problem)
  const opened = ListImage.open(image)
  if (!(opened instanceof ListImage)) throw new Error(opened.problem)
  return { image, opened }
}
