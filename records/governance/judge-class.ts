import type { Json } from '../canonical-json.ts'
import { needing, type JudgedPermission, type PermissionScene } from './judged-permission.ts'
import { judgement } from './judgement.ts'
import type { ClassFacts } from './permission-facts.ts'

/**
 * What another membership of a class gives and takes. A class is a list of names until somebody opened something
 * for it: then whoever joins gets what a person has agreed to for others, and so waits as that did. `after` is
 * null where the class goes.
 */
export function judgeClass(
  id: string,
  { after, before }: { readonly after: Json; readonly before: Json },
  scene: PermissionScene,
): JudgedPermission {
  const [was, is] = [pupilsOf(before), pupilsOf(after)]
  const [joins, leaves] = [is.difference(was).size > 0, was.difference(is).size > 0]
  const { opens, closes } = runningFor(id, scene)
  const loosens = (joins && opens) || (leaves && closes)
  if (loosens) return needing('dsl', judgement('loosen', ['pupil']))
  const tightens = (leaves && opens) || (joins && closes)
  return needing(null, tightens ? judgement('tighten', ['pupil']) : judgement('neutral', []))
}

function pupilsOf(facts: Json): ReadonlySet<string> {
  return new Set((facts as ClassFacts | null)?.pupils ?? [])
}

/** What was opened or closed for the class and is not over yet. */
function runningFor(id: string, { register, at }: PermissionScene) {
  const ofClass = <Fact extends { readonly class: string | null; readonly to: string }>(
    facts: ReadonlyMap<string, Fact>,
  ): readonly Fact[] =>
    [...facts.values()].filter((fact) => fact.class === id && Date.parse(fact.to) > at)
  const lessons = ofClass(register.lessons)
  return {
    opens:
      ofClass(register.grants).length > 0 ||
      lessons.some(({ pack, sites }) => pack !== null || sites.length > 0),
    closes: lessons.some(({ focus }) => focus !== null),
  }
}
