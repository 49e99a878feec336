import type { ListImage } from '../../rules/lists/list-image.ts'
import { obtainLists } from './obtain-lists.ts'

/** An image with the object that reads it. */
export interface OpenedImage {
  readonly image: SharedArrayBuffer
  readonly opened: ListImage
}

/**
 * The lists that a gate has in force, so that a revision which changes no list has the very same image:
 * nothing is read, checked or held twice. One image and no more, because a second one is 25 MB.
 */
export class ListMemory {
  #name = ''
  #lists: OpenedImage | null = null

  /** `obtainLists` by this memory. */
  readonly obtain: typeof obtainLists = (found, directory, keeping) =>
    obtainLists(found, directory, { ...keeping, memory: this })

  /** The image of this name, which says what it was made of; null where another one is in force. */
  find(name: string): OpenedImage | null {
    return name === this.#name ? this.#lists : null
  }

  keep(name: string, lists: OpenedImage): void {
    this.#name = name
    this.#lists = lists
  }
}
