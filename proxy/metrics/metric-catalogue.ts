/** What Prometheus needs to know of a metric, and which labels its series carry. */
export interface MetricSpec {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
}

/**
 * Every metric of the gate, declared once: the page, the board, the alert rules and deploy/README.md
 * are all held against this table. No label ever names a device, a person or a host (design.md
 * section 6): a metrics page is read by more people than the journal.
 */
export const METRICS = {
  schoolgate_build_info: {
    type: 'gauge',
    help: 'Always 1; the labels tell which release runs on which Node.',
    labels: ['version', 'node'],
  },
  schoolgate_ready: {
    type: 'gauge',
    help: '1 while the gate can decide, as /readyz says.',
    labels: [],
  },
  schoolgate_degraded: {
    type: 'gauge',
    help: 'How many things /readyz names as degraded.',
    labels: [],
  },
  schoolgate_dns_queries_total: {
    type: 'counter',
    help: 'DNS queries by transport, verdict and reason code.',
    labels: ['transport', 'verdict', 'reason'],
  },
  schoolgate_dns_latency_seconds: {
    type: 'histogram',
    help: 'Time from the query to its answer.',
    labels: [],
  },
  schoolgate_dns_cache_hits_total: {
    type: 'counter',
    help: 'Queries answered from the cache.',
    labels: [],
  },
  schoolgate_dns_cache_misses_total: {
    type: 'counter',
    help: 'Queries that went to an upstream.',
    labels: [],
  },
  schoolgate_dns_cache_evictions_total: {
    type: 'counter',
    help: 'Answers that made room for others before they ran out.',
    labels: [],
  },
  schoolgate_dns_cache_entries: {
    type: 'gauge',
    help: 'Answers in the caches of all data threads.',
    labels: [],
  },
  schoolgate_dns_malformed_total: {
    type: 'counter',
    help: 'Packets that were no well-formed query: answered with FORMERR or dropped.',
    labels: ['transport'],
  },
  schoolgate_dns_stale_answers_total: {
    type: 'counter',
    help: 'Answers past their time that were served because no upstream answered (RFC 8767).',
    labels: [],
  },
  schoolgate_dns_turned_away_total: {
    type: 'counter',
    help: 'Queries that were refused because too many were under way.',
    labels: [],
  },
  schoolgate_dns_faults_total: {
    type: 'counter',
    help: 'Queries whose handling threw: answered with SERVFAIL, and a bug.',
    labels: ['transport'],
  },
  schoolgate_doh_requests_total: {
    type: 'counter',
    help: 'Requests for DNS over HTTPS by what became of them; turned_away, no_tls and broken are connections.',
    labels: ['outcome'],
  },
  schoolgate_doh_tokens: {
    type: 'gauge',
    help: 'DoH tokens in force, with the identifiers of Chromebooks.',
    labels: [],
  },
  schoolgate_http_requests_total: {
    type: 'counter',
    help: 'Proxy and block-page requests by kind, verdict and reason code.',
    labels: ['kind', 'verdict', 'reason'],
  },
  schoolgate_http_malformed_total: {
    type: 'counter',
    help: 'Request heads that were refused as malformed or too large.',
    labels: [],
  },
  schoolgate_http_cut_total: {
    type: 'counter',
    help: 'Tunnels and kept connections that were cut because they are forbidden now.',
    labels: [],
  },
  schoolgate_http_faults_total: {
    type: 'counter',
    help: 'Connections whose handling threw: closed, and a bug.',
    labels: [],
  },
  schoolgate_tunnels_open: {
    type: 'gauge',
    help: 'CONNECT tunnels that are open now.',
    labels: [],
  },
  schoolgate_tunnel_bytes_total: {
    type: 'counter',
    help: 'Octets relayed through CONNECT tunnels.',
    labels: ['direction'],
  },
  schoolgate_decisions_total: {
    type: 'counter',
    help: 'Decisions by the stage that settled them and reason code.',
    labels: ['stage', 'reason'],
  },
  schoolgate_policy_revision: {
    type: 'gauge',
    help: 'Revision of the policy in force.',
    labels: [],
  },
  schoolgate_policy_swap_seconds: {
    type: 'gauge',
    help: 'How long the last swap took, until the last data thread decided by the new policy.',
    labels: [],
  },
  schoolgate_policy_rejected_total: {
    type: 'counter',
    help: 'Revisions that did not compile or failed their probe; the old one stayed in force.',
    labels: [],
  },
  schoolgate_list_domains: {
    type: 'gauge',
    help: 'Entries of each list in the image.',
    labels: ['list'],
  },
  schoolgate_list_age_seconds: {
    type: 'gauge',
    help: 'Time since each list was last read anew; of a fetched one, since its publisher last said what is current.',
    labels: ['list'],
  },
  schoolgate_list_held: {
    type: 'gauge',
    help: '1 while a newer copy of a fetched list waits for a person.',
    labels: ['list'],
  },
  schoolgate_list_updates_total: {
    type: 'counter',
    help: 'Attempts to update each fetched list, by what became of them.',
    labels: ['list', 'outcome'],
  },
  schoolgate_sealed_feed_serial: {
    type: 'gauge',
    help: 'Serial of each sealed feed in force; 0 where there is no valid copy.',
    labels: ['list'],
  },
  schoolgate_sealed_feed_licensed: {
    type: 'gauge',
    help: '1 for a sealed feed held under a licence, 0 for a synthetic one that protects nobody.',
    labels: ['list'],
  },
  schoolgate_sealed_feed_refused: {
    type: 'gauge',
    help: '1 while the file of a sealed feed is refused and the copy before it stays in force.',
    labels: ['list'],
  },
  schoolgate_promises: {
    type: 'gauge',
    help: 'Promises of the policy by what became of them when the running gate was asked last.',
    labels: ['state'],
  },
  schoolgate_promise_runs_total: {
    type: 'counter',
    help: 'Times that the promises were put to the test on the running gate.',
    labels: [],
  },
  schoolgate_journal_written_total: {
    type: 'counter',
    help: 'Journal entries that are durable in SQLite.',
    labels: [],
  },
  schoolgate_journal_unidentified_total: {
    type: 'counter',
    help: 'Journal entries whose person is not known; a school keeps them below one in twenty of those written.',
    labels: [],
  },
  schoolgate_journal_spooled_total: {
    type: 'counter',
    help: 'Journal entries that had to wait on disk for Redis.',
    labels: [],
  },
  schoolgate_journal_shipped_total: {
    type: 'counter',
    help: 'Journal entries that Redis has taken.',
    labels: [],
  },
  schoolgate_journal_lost_total: {
    type: 'counter',
    help: 'Attempts that no limit had room for. Anything but 0 is an alarm.',
    labels: [],
  },
  schoolgate_redis_up: {
    type: 'gauge',
    help: '1 while Redis takes entries, 0 while it does not; absent where none is configured.',
    labels: [],
  },
  schoolgate_upstream_queries_total: {
    type: 'counter',
    help: 'Queries sent to each upstream resolver, by result.',
    labels: ['upstream', 'result'],
  },
  schoolgate_upstream_latency_seconds: {
    type: 'histogram',
    help: 'Time until an upstream resolver answered.',
    labels: ['upstream'],
  },
  schoolgate_posture_devices: {
    type: 'gauge',
    help: 'Devices that report their security state, by where they stand.',
    labels: ['standing'],
  },
  schoolgate_posture_reports_total: {
    type: 'counter',
    help: 'Reports and enrolments of agents: taken, or refused with the reason.',
    labels: ['outcome'],
  },
  schoolgate_portal_total: {
    type: 'counter',
    help: 'Codes, registrations and signatures at the portal, by what became of them.',
    labels: ['outcome'],
  },
  schoolgate_devices: {
    type: 'gauge',
    help: 'Registered devices by standing.',
    labels: ['standing'],
  },
  schoolgate_bindings: {
    type: 'gauge',
    help: 'Addresses that sources tell of, by how certain it is whose they are.',
    labels: ['confidence'],
  },
  schoolgate_sightings_total: {
    type: 'counter',
    help: 'What each kind of source has told of addresses.',
    labels: ['source'],
  },
  schoolgate_shared_addresses: {
    type: 'gauge',
    help: 'Addresses that speak for several devices: a NAT, a server that forwards, a router.',
    labels: [],
  },
  schoolgate_shared_addresses_noticed_total: {
    type: 'counter',
    help: 'How often an address, or one router, turned out to speak for several devices.',
    labels: [],
  },
  schoolgate_relayed_total: {
    type: 'counter',
    help: 'Questions and connections that say whose they are (EDNS, PROXY protocol); ignored: by no relay of ours.',
    labels: ['kind', 'outcome'],
  },
  schoolgate_source_refused_total: {
    type: 'counter',
    help: 'Records of a source that made no sense: lines of lease files, events, packets.',
    labels: ['source'],
  },
  schoolgate_sightings_dropped_total: {
    type: 'counter',
    help: 'Sightings that were not taken: malformed, or no room for their address.',
    labels: ['reason'],
  },
  schoolgate_sanctions_total: {
    type: 'counter',
    help: 'Lock-outs and closed tunnels that this gate has imposed by the rules of the policy.',
    labels: [],
  },
  schoolgate_radius_packets_total: {
    type: 'counter',
    help: 'RADIUS packets by what became of them; only what was taken, repeated or stale is answered.',
    labels: ['outcome'],
  },
  schoolgate_radius_disconnects_total: {
    type: 'counter',
    help: 'Disconnect-Requests to access points, by their answer; repeated are those sent again.',
    labels: ['outcome'],
  },
  schoolgate_radius_sessions: {
    type: 'gauge',
    help: 'Sessions that access points have told of and not ended.',
    labels: [],
  },
  schoolgate_presence_shared_total: {
    type: 'counter',
    help: 'What was told between the gates of a site of who is where: sent, too late, received, foreign.',
    labels: ['outcome'],
  },
  schoolgate_posture_shared_total: {
    type: 'counter',
    help: 'What was told between the gates of a site of reports: sent, too late, received, foreign.',
    labels: ['outcome'],
  },
  schoolgate_ledger_unreviewed: {
    type: 'gauge',
    help: 'Changes that the DSL has not reviewed yet.',
    labels: [],
  },
  schoolgate_thread_restarts_total: {
    type: 'counter',
    help: 'Threads that died and were replaced.',
    labels: [],
  },
  schoolgate_log_lines_dropped_total: {
    type: 'counter',
    help: 'Log lines of data threads beyond what a second may hold.',
    labels: [],
  },
} as const satisfies Readonly<Record<string, MetricSpec>>

export type MetricName = keyof typeof METRICS

/** The declaration of `name`; undefined for a metric that nobody declared. */
export function findMetric(name: string): MetricSpec | undefined {
  return Object.hasOwn(METRICS, name) ? METRICS[name as MetricName] : undefined
}
