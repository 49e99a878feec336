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
