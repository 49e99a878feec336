import { INCIDENT_SCHEMA } from '../incidents/incident-schema.ts'
import type { StoreSchema } from '../sqlite/open-database.ts'

/** The file of a gate's alerts and incidents in the records directory. */
export const ALERTS_FILE = 'alerts.sqlite'

/**
 * `alerts` holds one row per person and category in half an hour, with a count. `alert_events` says
 * what became of it and only grows. `outbox` is what is still to be delivered; `feed` how far the
 * journal has been read, in the same transaction as the alerts that came of it. Times are epoch ms.
 */
const ALERTS = `
CREATE TABLE alerts (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  rule TEXT NOT NULL,
  severity TEXT NOT NULL,
  urgency TEXT NOT NULL CHECK (urgency IN ('now', 'digest')),
  person_ref TEXT,
  role TEXT,
  device_id TEXT,
  ip TEXT,
  zone TEXT,
  category TEXT,
  detail TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  count INTEGER NOT NULL,
  first_seq INTEGER,
  last_seq INTEGER,
  duties TEXT NOT NULL,
  topic TEXT,
  told_at INTEGER,
  escalation INTEGER NOT NULL DEFAULT 0,
  acknowledged_by TEXT,
  acknowledged_at INTEGER,
  digested_at INTEGER
) STRICT;
CREATE INDEX alerts_key ON alerts (key, opened_at);
CREATE INDEX alerts_waiting ON alerts (told_at)
  WHERE urgency = 'now' AND topic IS NULL AND acknowledged_at IS NULL;
CREATE INDEX alerts_undigested ON alerts (opened_at) WHERE digested_at IS NULL;

CREATE TABLE alert_events (
  seq INTEGER PRIMARY KEY,
  alert_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX alert_events_of ON alert_events (alert_id, seq);
CREATE TRIGGER alert_events_keep_rows BEFORE UPDATE ON alert_events
  BEGIN SELECT RAISE(ABORT, 'what became of an alert stays noted'); END;
CREATE TRIGGER alert_events_keep_all BEFORE DELETE ON alert_events
  BEGIN SELECT RAISE(ABORT, 'what became of an alert stays noted'); END;

CREATE TABLE topics (
  id TEXT PRIMARY KEY,
  class_ref TEXT NOT NULL,
  people TEXT NOT NULL,
  categories TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  announced_by TEXT NOT NULL,
  announced_at INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX topics_end ON topics (to_at);

CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  alert_id TEXT,
  channel TEXT NOT NULL CHECK (channel IN ('mail', 'webhook')),
  target TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  is_high INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead')),
  done_at INTEGER,
  error TEXT
) STRICT;
CREATE INDEX outbox_waiting ON outbox (is_high DESC, next_at) WHERE state = 'waiting';

CREATE TABLE feed (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seen_seq INTEGER NOT NULL,
  warm_seq INTEGER NOT NULL,
  mark_seq INTEGER NOT NULL,
  mark_at INTEGER NOT NULL,
  digest_at INTEGER NOT NULL
) STRICT;
`

/** Topics are entries of the ledger; no gate ever wrote one here. */
const TOPICS_LEAVE = 'DROP TABLE topics;'

/**
 * `alert_purge_permits` is empty outside a step of the retention: the trigger lets go only what stands in
 * it. `alert_purges` says what went; `from_at` and `to_at` are when the first and the last of them began.
 */
const RETENTION = `
CREATE INDEX alerts_opened ON alerts (opened_at);
CREATE INDEX alerts_identified ON alerts (opened_at)
  WHERE person_ref IS NOT NULL OR device_id IS NOT NULL OR ip IS NOT NULL;
CREATE TABLE alert_purges (
  rule TEXT NOT NULL,
  day TEXT NOT NULL,
  alerts INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  PRIMARY KEY (rule, day)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER alert_purges_keep_all BEFORE DELETE ON alert_purges
  BEGIN SELECT RAISE(ABORT, 'what was purged stays noted'); END;
CREATE TABLE alert_purge_permits (alert_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
DROP TRIGGER alert_events_keep_all;
CREATE TRIGGER alert_events_keep_all BEFORE DELETE ON alert_events
  WHEN NOT EXISTS (SELECT 1 FROM alert_purge_permits WHERE alert_id = OLD.alert_id)
  BEGIN SELECT RAISE(ABORT, 'what became of an alert stays noted'); END;
`

export const ALERTS_SCHEMA: StoreSchema = {
  // 'SGAL' in ASCII.
  applicationId: 0x53_47_41_4c,
  migrations: [ALERTS + INCIDENT_SCHEMA, TOPICS_LEAVE, RETENTION],
}
