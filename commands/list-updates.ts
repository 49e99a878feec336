import { placeOf } from '../proxy/keep-feeds.ts'
import { fetchedLists } from '../proxy/lists/feeds/feed-keeper.ts'
import type { FeedOutcome } from '../proxy/lists/feeds/update-feed.ts'
import { updateInWorker } from '../proxy/lists/feeds/update-in-worker.ts'
import type { Bundle } from '../proxy/policy/bundle.ts'
import type { Register } from '../records/register/register.ts'
import { nearest } from '../rules/policy/nearest-word.ts'
import type { FetchedListPolicy } from '../rules/policy/policy.ts'
import { suggestion } from '../rules/policy/yaml-source.ts'
import { EXIT, readArguments, textOf, usage } from './arguments.ts'
import { DEFAULT_CONFIG, readConfig, type LoadedConfig } from './read-config.ts'
import { readRegister, readSchool } from './read-school.ts'

const USAGE = `usage: schoolgate lists update [LIST]... [--config FILE]
       fetches the lists that the policy has by \`url\` now, or those named; a gate that runs has them a second later.
       Exit code 1 where one was refused or is being updated already.`

/** `lists update`: what the gate does by its clock, at once, beside a gate that runs or not. */
export async function updateLists(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { config: { type: 'string' } })
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  const loaded = readConfig(textOf(parsed, 'config') ?? DEFAULT_CONFIG)
  if (typeof loaded === 'string') return usage(USAGE, loaded)
  const scene = await sceneOf(loaded)
  if (typeof scene === 'string') {
    process.stderr.write(`schoolgate: ${scene}\n`)
    return EXIT.no
  }
  const lists = chosen(fetchedLists(scene.school.policy), parsed.positionals)
  if (typeof lists === 'string') return usage(USAGE, lists)
  const outcomes: FeedOutcome['kind'][] = []
  for (const list of lists) {
    const outcome = await attempt(list, scene)
    outcomes.push(outcome.kind)
    print(`${list.id}: ${WORDS[outcome.kind]}${outcome.message}`)
    for (const warning of outcome.warnings ?? []) print(`  warning: ${warning}`)
  }
  return outcomes.some((kind) => kind === 'refused' || kind === 'busy') ? EXIT.no : EXIT.done
}

/** What a gate with this configuration has in force. */
interface Scene {
  readonly loaded: LoadedConfig
  readonly register: Register
  readonly school: Bundle
}

async function sceneOf(loaded: LoadedConfig): Promise<Scene | string> {
  const register = readRegister(loaded)
  if (typeof register === 'string') return register
  const school = await readSchool(loaded)
  return typeof school === 'string' ? school : { loaded, register, school }
}

const WORDS: Readonly<Record<FeedOutcome['kind'], string>> = {
  updated: 'updated, ',
  same: '',
  held: 'HELD, ',
  refused: 'REFUSED, the old copy stays: ',
  busy: '',
}

function chosen(
  lists: readonly FetchedListPolicy[],
  named: readonly string[],
): readonly FetchedListPolicy[] | string {
  const ids = lists.map(({ id }) => id)
  if (ids.length === 0) return 'the policy fetches no list: give one a `url`'
  const strange = named.find((id) => !ids.includes(id))
  if (strange !== undefined)
    return `the policy fetches no list \`${strange}\`${suggestion(nearest(strange, ids))}`
  return named.length === 0 ? lists : lists.filter(({ id }) => named.includes(id))
}

function attempt(
  list: FetchedListPolicy,
  { loaded: { config, directory }, register, school }: Scene,
): Promise<FeedOutcome> {
  const { policy, permissions, listImage } = school
  const choice = register.listChoices.get(list.id)
  const order = { list, choice, against: { policy, permissions, listImage } }
  return updateInWorker({ ...order, ...placeOf(config, directory) }, new AbortController().signal)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
