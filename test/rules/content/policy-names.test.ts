import { expect, test } from 'vitest'
import { buildPolicyNames, collectPolicyNames } from '../../../rules/content/policy-names.ts'
import { ListImage } from '../../../rules/lists/list-image.ts'
import { SuffixHashes } from '../../../rules/lists/suffix-hashes.ts'
import { ENGINES } from '../../../rules/safe-modes/engines.ts'
import { readExamplePolicy } from '../../examples/example-engine.ts'
import { correctionName } from './content-scene.ts'

const SEED = [7, 9] as const

test('every host of the policy is there: sites, corrections, closed lists, then the engines', () => {
  const correction = correctionName({ remove: 'media.games' })
  if (correction.kind !== 'correction') throw new Error('no correction')
  const policy = { ...readExamplePolicy(), corrections: [correction.correction] }
  const names = collectPolicyNames(policy).filter(({ host }) => host.service === undefined)
  expect(names.map(({ kind, host }) => `${kind} ${host.host}`)).toEqual([
    'site bbc.co.uk',
    'site gov.uk',
    'correction a.example',
    'closed glucose.example',
    'closed schoolgate.internal',
    'closed schoolgate.internal',
    ...ENGINES.flatMap(({ hosts }) => hosts.map(({ host }) => `engine ${host}`)),
  ])
})

test('the hosts of a service are there with its id', () => {
  const named = collectPolicyNames(readExamplePolicy()).filter(({ host }) => host.service)
  expect(named.map(({ host }) => host)).toContainEqual({
    host: 'wikipedia.org',
    scope: 'subtree',
    service: 'wikipedia',
  })
})

test('the image tells which of them a name meets, by scope', () => {
  const policy = readExamplePolicy()
  const [first] = policy.sites
  if (first === undefined) throw new Error('the example has no site rule')
  const hosts = [
    { host: 'a.example', scope: 'subtree' },
    { host: 'www.a.example', scope: 'host' },
  ] as const
  const names = collectPolicyNames({ ...policy, sites: [{ ...first, hosts }], profiles: [] })
  const buffer = buildPolicyNames(names, SEED)
  const image = buffer instanceof SharedArrayBuffer ? ListImage.open(buffer) : buffer
  if (!(image instanceof ListImage)) throw new Error(image.problem)
  const hashes = new SuffixHashes(image.seed)
  const met = ['a.example', 'www.a.example', 'x.www.a.example', 'b.example'].map((name) => {
    hashes.readHost(name)
    return image.listsOf(image.find(hashes)).join()
  })
  expect(met).toEqual(['0', '0,1', '0', ''])
})

test('a policy that names no host has an image all the same', () => {
  expect(buildPolicyNames([], SEED)).toBeInstanceOf(SharedArrayBuffer)
})
