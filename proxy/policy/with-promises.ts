import type { Problem } from '../../rules/policy/yaml-source.ts'
import { readPolicyFile } from '../../records/register/policy-file.ts'
import type { SchoolFiles } from '../../records/register/import-files.ts'
import { recordsDirectoryOf } from './school-files.ts'
import { promisesBrokenBy, type PromisingSchool } from './judge-promises.ts'

type CheckPolicy = (text: string, file: string) => readonly Problem[]

/** A check of the policy file, with the promises that it would break. */
export interface PromiseCheck {
  readonly check: CheckPolicy
  /** The file was saved again while it was judged, so that nothing of it was taken over: read it again. */
  readonly wasOvertaken: () => boolean
}

/**
 * Promises need the lists, which take a while to compile, so the file is judged here, before it is
 * imported; what is in it by then is the same text, or it is refused.
 */
export async function withPromises(
  check: CheckPolicy,
  { policy: file, chooseParent }: Pick<SchoolFiles, 'policy' | 'chooseParent'>,
  school: Omit<PromisingSchool, 'imageDirectory'>,
): Promise<PromiseCheck> {
  const read = readPolicyFile(file, chooseParent)
  const text = 'text' in read ? read.text : null
  const inForce = school.register.policy?.text
  const imageDirectory = recordsDirectoryOf(school.config, school.directory)
  const isNew = text !== null && text !== inForce
  const broken = isNew ? await promisesBrokenBy({ text, file }, { ...school, imageDirectory }) : []
  let overtaken = false
  return {
    check: (now, name) => {
      const found = check(now, name)
      if (found.length > 0 || now === inForce) return found
      if (now === text) return broken
      overtaken = true
      return [savedMeanwhile(name)]
    },
    wasOvertaken: () => overtaken,
  }
}

function savedMeanwhile(file: string): Problem {
  const message = 'saved again while it was read; it is read again'
  return { file, line: 1, col: 1, path: '', message }
}
