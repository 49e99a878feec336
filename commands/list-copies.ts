import { fetchedLists } from '../proxy/lists/feeds/feed-keeper.ts'
import {
  copyBefore,
  copyInForce,
  entriesOf,
  waitingCopy,
  type FeedCopy,
  type FeedState,
  type HeldCopy,
} from '../proxy/lists/feeds/feed-state.ts'
import { FeedStore } from '../proxy/lists/feeds/feed-store.ts'
import type { Edit } from '../records/governance/judge-edit.ts'
import { policyOf } from '../records/governance/judged-permission.ts'
import {
  accepting,
  NO_CHOICE,
  refusing,
  rejecting,
  type ListChoice,
} from '../records/governance/list-choice.ts'
import { nearest } from '../rules/policy/nearest-word.ts'
import type { FetchedListPolicy } from '../rules/policy/policy.ts'
import { suggestion } from '../rules/policy/yaml-source.ts'
import {
  DESK_USAGE,
  runAtDesk,
  type DeskCall,
  type DeskCommand,
  type DeskCommandDeps,
  type DeskVerb,
} from './desk-command.ts'

const USAGE = `usage: schoolgate lists held
       schoolgate lists accept|refuse LIST
       schoolgate lists rollback LIST
\`held\` shows the copies of the fetched lists, and of those that wait which hosts they would close to whom. A copy that
only closes more is in force at once when you accept it. \`rollback\` goes back to the copy before, and \`accept\` lets in
one that is much smaller: either opens what is missing, so where a list may hold LOCKED categories the safeguarding
lead decides.
${DESK_USAGE}`

const COMMAND: DeskCommand = {
  noun: 'list',
  usage: USAGE,
  options: {},
  verbs: {
    held: { reads: true, lines: held },
    accept: deciding(({ state, choice }) => {
      // A no may be thought over.
      const waiting = waitingCopy(state, { ...choice, refused: null })
      if (waiting === null) return 'no copy of it waits'
      return accepting(choice, waiting.digest, waiting.shrinks !== null)
    }),
    refuse: deciding(({ state, choice }) => {
      const waiting = waitingCopy(state, choice)
      return waiting === null ? 'no copy of it waits' : refusing(choice, waiting.digest)
    }),
    rollback: deciding(({ state, choice }) => {
      const current = copyInForce(state, choice)
      if (current === null || copyBefore(state, choice) === null)
        return 'there is no copy before the one in force'
      return rejecting(choice, current.digest)
    }),
  },
}

/** Whether `lists NAME` is one of this file's. */
export function isOfCopies(name: string | undefined): boolean {
  return name !== undefined && Object.hasOwn(COMMAND.verbs, name)
}

/** `lists held|accept|refuse|rollback`. */
export function listCopies(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  return runAtDesk(COMMAND, args, deps)
}

interface Copies {
  readonly list: FetchedListPolicy
  readonly state: FeedState
  readonly choice: ListChoice
}

function copiesIn({ register, directory }: DeskCall): readonly Copies[] {
  const policy = policyOf(register)
  const store = new FeedStore(directory)
  return (policy === null ? [] : fetchedLists(policy)).map((list) => {
    const choice = register.listChoices.get(list.id) ?? NO_CHOICE
    return { list, state: store.read(list), choice }
  })
}

/** One decision on one list, which must be one that the policy fetches. */
function deciding(decide: (copies: Copies) => ListChoice | string): DeskVerb {
  const edit = (call: DeskCall): Edit | string => {
    const [id, ...rest] = call.objects
    if (id === undefined || rest.length > 0) return 'name one list'
    const all = copiesIn(call)
    const copies = all.find(({ list }) => list.id === id)
    const near = nearest(
      id,
      all.map(({ list }) => list.id),
    )
    if (copies === undefined) return `the policy fetches no list \`${id}\`${suggestion(near)}`
    const after = decide(copies)
    return typeof after === 'string'
      ? `list \`${id}\`: ${after}`
      : { kind: 'list.put', objectId: id, after: { ...after } }
  }
  return { reads: false, edit }
}

function held(call: DeskCall): readonly string[] {
  const all = copiesIn(call)
  if (all.length === 0) return ['the policy fetches no list']
  return all.flatMap(({ list, state, choice }) => {
    const current = copyInForce(state, choice)
    const before = copyBefore(state, choice)
    const waiting = waitingCopy(state, choice)
    return [
      `${list.id}: ${current === null ? 'nothing of it is in force' : `in force is ${describe(current)}`}`,
      ...(before === null ? [] : [`  before it: ${describe(before)}`]),
      ...(state.failure === null ? [] : [`  the last attempt failed: ${state.failure.message}`]),
      ...(waiting === null ? ['  nothing waits'] : differences(waiting)),
    ]
  })
}

function describe(copy: FeedCopy): string {
  const when = new Date(copy.fetchedAt).toISOString().slice(0, 16)
  return `the copy of ${when} (${copy.digest.slice(0, 12)}), ${entriesOf(copy)} entries`
}

function differences(copy: HeldCopy): readonly string[] {
  const { closes, total, shrinks } = copy
  const more = total - closes.length
  return [
    `  WAITS: ${describe(copy)}`,
    ...(shrinks === null ? [] : [`    ${shrinks}`]),
    ...closes.map(({ host, category, profiles, requests }) => {
      const asked = requests === 0 ? 'popular or to be open' : `asked for ${requests} times`
      return `    would close ${host} as ${category} to ${profiles.join(', ')}; ${asked}`
    }),
    ...(more > 0 ? [`    and ${more} more hosts`] : []),
  ]
}
