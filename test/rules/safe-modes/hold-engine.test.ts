import { expect, test } from 'vitest'
import { ENGINES } from '../../../rules/safe-modes/engines.ts'
import { holdEngine } from '../../../rules/safe-modes/hold-engine.ts'

type Switches = Parameters<typeof holdEngine>[1]

const ON: Switches = { safeSearch: true, youtube: 'moderate' }

const ROWS: readonly [says: string, engine: string, switches: Partial<Switches>, hold: object][] = [
  [
    'a search engine is reached at its safe host',
    'google',
    {},
    { kind: 'at', host: 'forcesafesearch.google.com', level: 'strict' },
  ],
  ['safe search off leaves it alone', 'google', { safeSearch: false }, { kind: 'free' }],
  [
    'YouTube has a switch of its own',
    'youtube',
    { safeSearch: false },
    { kind: 'at', host: 'restrictmoderate.youtube.com', level: 'moderate' },
  ],
  [
    'and a stricter level',
    'youtube',
    { youtube: 'strict' },
    { kind: 'at', host: 'restrict.youtube.com', level: 'strict' },
  ],
  ['and may be left alone', 'youtube', { youtube: 'off' }, { kind: 'free' }],
  ['the milder host is safe in a moderate profile', 'youtube-moderate', {}, { kind: 'safe' }],
  [
    'and no way round in a strict one',
    'youtube-moderate',
    { youtube: 'strict' },
    { kind: 'at', host: 'restrict.youtube.com', level: 'strict' },
  ],
  ['what is for children is safe', 'child-search', {}, { kind: 'safe' }],
  ['what has no safe mode is unheld, whatever is on', 'ask', {}, { kind: 'unheld' }],
]

test.each(ROWS)('%s', (_says, id, switches, hold) => {
  const engine = ENGINES.find((one) => one.id === id)
  expect(engine && holdEngine(engine, { ...ON, ...switches })).toEqual(hold)
})
