import { readOrCreateKey } from '../../../records/key-file.ts'
import { SecretBox } from './secret-box.ts'

const boxes = new Map<string, SecretBox>()

/** The box of a records directory's TOTP secrets; its key is a file of its own, which backups hold, too. */
export function totpBox(directory: string): SecretBox {
  let box = boxes.get(directory)
  if (box === undefined) {
    box = new SecretBox(readOrCreateKey(directory, 'totp'))
    boxes.set(directory, box)
  }
  return box
}
