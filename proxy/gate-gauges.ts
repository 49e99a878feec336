import type { RecordsStatus } from '../records/open-records.ts'
import type { Clients } from './clients/clients.ts'
import type { KeptPostures } from './clients/open-posture-watch.ts'
import type { Fleet } from './fleet.ts'
import type { KeptDoh } from './keep-doh.ts'
import type { Reading } from './metrics/metrics-server.ts'
import type { FeedFigures } from './lists/feeds/feed-keeper.ts'
import type { FeedStatus } from './sealed/sealed-keeper.ts'
import type { SanctionKeeper } from './sanctions/sanction-keeper.ts'
import type { PromiseWatch } from './self-test/promise-watch.ts'
import type { RevisionStatus } from './policy/revision-status.ts'

/** Each is there from the start, so that an alert rule sees a zero and not a gap. */
const PROMISE_STATES = ['kept', 'broken', 'unanswered', 'not_now'] as const

export interface GaugeSources {
  readonly records: RecordsStatus
  /** Ledger entries that nobody has reviewed yet. */
  readonly unreviewed: number
  readonly status: RevisionStatus
  readonly fleet: Pick<Fleet, 'restarts'>
  /** Sealed feeds. */
  readonly feeds: readonly FeedStatus[]
  /** Lists that the gate fetches. */
  readonly fetched: readonly FeedFigures[]
  readonly promises: Pick<PromiseWatch, 'states' | 'runs'>
  readonly clients: Pick<Clients, 'readings'>
  readonly tokens: Pick<KeptDoh, 'size'>
  readonly postures: KeptPostures
  readonly sanctions: Pick<SanctionKeeper, 'imposed'>
}

/** What the control thread knows by itself, beside the counters of the data threads. */
export function gaugesOf({
  records,
  unreviewed,
  status,
  fleet,
  feeds,
  fetched,
  promises,
  clients,
  tokens,
  postures,
  sanctions,
}: GaugeSources): readonly Reading[] {
  const checkedAt = new Map(fetched.map((feed) => [feed.id, feed.checkedAt]))
  return [
    ['schoolgate_policy_revision', {}, status.revision],
    ['schoolgate_doh_tokens', {}, tokens.size],
    ['schoolgate_policy_swap_seconds', {}, status.lastSwapSeconds],
    ['schoolgate_policy_rejected_total', {}, status.rejectedCount],
    ['schoolgate_thread_restarts_total', {}, fleet.restarts],
    ...status.lists.flatMap(({ id, domains, builtAt }): Reading[] => [
      ['schoolgate_list_domains', { list: id }, domains],
      ['schoolgate_list_age_seconds', { list: id }, ageOf(checkedAt.get(id) ?? builtAt)],
    ]),
    ...fetched.flatMap(fetchedReadings),
    ...feeds.flatMap(feedReadings),
    ...[...status.standings()].map(([standing, count]): Reading => [
      'schoolgate_devices',
      { standing },
      count,
    ]),
    ...PROMISE_STATES.map((state): Reading => [
      'schoolgate_promises',
      { state },
      promises.states().get(state) ?? 0,
    ]),
    ['schoolgate_promise_runs_total', {}, promises.runs],
    ...clients.readings(),
    ...postureReadings(postures),
    ['schoolgate_sanctions_total', {}, sanctions.imposed],
    ['schoolgate_ledger_unreviewed', {}, unreviewed],
    ['schoolgate_journal_written_total', {}, records.written],
    ['schoolgate_journal_unidentified_total', {}, records.unidentified],
    ['schoolgate_journal_spooled_total', {}, records.spooled],
    ['schoolgate_journal_shipped_total', {}, records.shipped],
    ['schoolgate_journal_lost_total', {}, records.lost],
    ...(records.redis === null ? [] : [redisUp(records.redis.isUp)]),
  ]
}

/** Seconds by the system's clock: `--clock` moves the school's day, not the age of a file. */
function ageOf(instant: number): number {
  return Math.max(0, (Date.now() - instant) / 1000)
}

/** Each outcome is there from the start, so that an alert rule sees a zero and not a gap. */
const OUTCOMES = ['updated', 'same', 'held', 'refused'] as const

function fetchedReadings({ id, isHeld, outcomes }: FeedFigures): Reading[] {
  return [
    ['schoolgate_list_held', { list: id }, isHeld ? 1 : 0],
    ...OUTCOMES.map((outcome): Reading => [
      'schoolgate_list_updates_total',
      { list: id, outcome },
      outcomes.get(outcome) ?? 0,
    ]),
  ]
}

function redisUp(isUp: boolean): Reading {
  return ['schoolgate_redis_up', {}, isUp ? 1 : 0]
}

/** Each is there from the start, as with promises. */
const POSTURE_STANDINGS = ['good', 'grace', 'stale', 'failing'] as const

function postureReadings(postures: KeptPostures): readonly Reading[] {
  const counts = postures.standings()
  const outcomes = { taken: 0, ...postures.outcomes() }
  return [
    ...POSTURE_STANDINGS.map((standing): Reading => [
      'schoolgate_posture_devices',
      { standing },
      counts.get(standing) ?? 0,
    ]),
    ...Object.entries(outcomes).map(([outcome, count]): Reading => [
      'schoolgate_posture_reports_total',
      { outcome },
      count,
    ]),
    ...Object.entries(postures.shared() ?? {}).map(
      ([outcome, count]: [string, number]): Reading => [
        'schoolgate_posture_shared_total',
        { outcome },
        count,
      ],
    ),
  ]
}

/** Named `sealed/<id>`, which no list of the policy can be called. A feed without a copy has no serial and no age. */
function feedReadings({ id, serial, entries, issued, licence, refused }: FeedStatus): Reading[] {
  const list = `sealed/${id}`
  return [
    ['schoolgate_list_domains', { list }, entries ?? 0],
    ...(issued === null ? [] : [reading('schoolgate_list_age_seconds', list, ageOf(issued))]),
    ['schoolgate_sealed_feed_serial', { list }, serial ?? 0],
    ['schoolgate_sealed_feed_licensed', { list }, licence === null ? 0 : 1],
    ['schoolgate_sealed_feed_refused', { list }, refused === null ? 0 : 1],
  ]
}

function reading(name: Reading[0], list: string, value: number): Reading {
  return [name, { list }, value]
}
