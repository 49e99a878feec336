import { expect, test } from 'vitest'
import { foldIncident } from '../../../records/incidents/fold-incident.ts'
import { HEAD, opening, scene, stored } from './sample-incident.ts'

test('an edited, removed or reordered event is found', async () => {
  const { desk, db } = scene()
  const opened = await desk.open(opening({ subjectKind: 'staff', subjectRef: 'p-9' }), HEAD)
  const id = opened.ok ? opened.incident.id : ''
  desk.acknowledge(id, HEAD)
  desk.act(id, HEAD, 'talked with the form tutor')
  const rows = stored(db, id)
  expect(foldIncident(rows)).toMatchObject({ id, acknowledgedBy: 'p-0003', outcome: null })
  const [first, second, third] = rows
  if (first === undefined || second === undefined || third === undefined) throw new Error('three')
  const edited = { ...third, body: third.body.replace('tutor', 'mother') }
  expect(() => foldIncident([first, second, edited])).toThrow(/event 3 .* was edited/)
  expect(() => foldIncident([first, third])).toThrow(/event 2 .* was edited/)
  expect(() => foldIncident([first, third, second])).toThrow(/was edited/)
  expect(() => foldIncident([second])).toThrow()
  expect(() => foldIncident([])).toThrow(/begins with its opening/)
})
