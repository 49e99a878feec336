import type { DatabaseSync } from 'node:sqlite'

/** The first moment of the sample: 13 months before the end of term. */
export const SAMPLE_START = Date.UTC(2025, 10, 1)

/**
 * Fills an empty journal with `entries` of school days (07:00 to 16:00 UTC) from `SAMPLE_START` on for
 * 395 days: 1,500 people and some nobody knows; 200 hosts make 80 % of the entries, 20,000 more 10 %,
 * the rest comes once or twice; a host has one category of 30; one entry in 2,000 is high-risk. By one
 * SQL statement, because ten million single ones take minutes.
 */
export function fillJournal(db: DatabaseSync, entries: number): void {
  const perDay = Math.ceil(entries / 395)
  const stepMs = (9 * 3_600_000) / perDay
  db.exec(`
    INSERT INTO journal
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${entries}),
      r (i, a, b, c) AS (
        SELECT i, (i * 2654435761) % 4294967296 / 7, (i * 40503 + 7) % 65536 / 3,
          (i * 69069 + 1) % 16777216 / 5
        FROM n),
      h (i, a, b, c, host, topic) AS (
        SELECT i, a, b, c,
          CASE WHEN i % 2000 = 0 THEN 'www.adult' || (a % 50) || '.example'
               WHEN c % 10 < 8 THEN 'www.site' || min(a % 200, b % 200) || '.example'
               WHEN c % 10 = 8 THEN 'cdn' || (a % 20000) || '.often.example'
               ELSE 'once' || (a % 10000000) || '.rare.example' END,
          CASE WHEN i % 2000 = 0 THEN 29 WHEN c % 10 < 8 THEN min(a % 200, b % 200) % 29
               WHEN c % 10 = 8 THEN a % 20000 % 29 ELSE a % 29 END
        FROM r)
    SELECT i, printf('01SAMPLE%018d', i),
      strftime('%Y-%m-%dT%H:%M:%fZ', (${SAMPLE_START} + (i - 1) / ${perDay} * 86400000 + 25200000
        + (i - 1) % ${perDay} * ${stepMs}) / 1000.0, 'unixepoch'),
      'ex', 'g1', 'dns', CASE topic % 9 WHEN 0 THEN 'warn' ELSE 'block' END,
      CASE b % 5 WHEN 0 THEN 'navigated' WHEN 1 THEN 'background' ELSE 'looked_up' END,
      CASE a % 4 WHEN 0 THEN 'unidentified' ELSE 'p-' || (a % 1500) END,
      CASE WHEN a % 100 < 85 THEN 'pupil' WHEN a % 100 < 95 THEN 'staff' ELSE 'visitor' END,
      CASE a % 4 WHEN 0 THEN NULL ELSE 'tablet-' || (a % 1500) END,
      '127.10.' || (a % 20) || '.' || (a % 250),
      CASE b % 6 WHEN 0 THEN 'yard' WHEN 1 THEN 'library' ELSE 'classroom' END, 'lesson', host,
      CASE topic WHEN 29 THEN 'adult.pornography' WHEN 0 THEN 'games'
        ELSE 'category' || topic END,
      'ut1/x', '2026-11-01', 'profile:pupil', 3,
      CASE c % 20 WHEN 0 THEN 'reception_hours' ELSE 'category' END,
      CASE topic WHEN 29 THEN 'high' WHEN 0 THEN 'low' ELSE 'info' END,
      printf('%04d-%04d', i % 10000, i / 10000 % 10000), 1 + b % 3, 0, NULL, NULL
    FROM h`)
}
