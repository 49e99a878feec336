/**
 * Incidents are what their events say: a row is never changed, each event carries the hash of the one
 * before, and so a hand-over shows that nothing was taken out. A part of `alerts.sqlite`.
 */
export const INCIDENT_SCHEMA = `
CREATE TABLE incident_events (
  seq INTEGER PRIMARY KEY,
  incident_id TEXT NOT NULL,
  body TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX incident_events_of ON incident_events (incident_id, seq);
CREATE TRIGGER incident_events_keep_rows BEFORE UPDATE ON incident_events
  BEGIN SELECT RAISE(ABORT, 'an incident only grows'); END;
CREATE TRIGGER incident_events_keep_all BEFORE DELETE ON incident_events
  BEGIN SELECT RAISE(ABORT, 'an incident only grows'); END;
`

/** The alerts that incidents were opened from. */
export const ALERTS_OF_INCIDENTS_SQL = `
  SELECT json_extract(body, '$.facts.alertId') FROM incident_events
  WHERE json_extract(body, '$.kind') = 'opened' AND json_extract(body, '$.facts.alertId') IS NOT NULL`

/** Likewise, of those alone that are open or were closed at or after `:iso` (RFC 3339). */
export const ALERTS_OF_RECENT_INCIDENTS_SQL = `
  ${ALERTS_OF_INCIDENTS_SQL} AND incident_id NOT IN (
    SELECT incident_id FROM incident_events
    WHERE json_extract(body, '$.kind') = 'closed' AND json_extract(body, '$.ts') < :iso)`
