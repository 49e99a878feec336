import { expect, it } from 'vitest'
import { ALERTS_FILE, ALERTS_SCHEMA } from '../../../../records/alerts/alert-schema.ts'
import { AlertStore } from '../../../../records/alerts/alert-store.ts'
import { openDatabase } from '../../../../records/sqlite/open-database.ts'
import { aFinding, AT } from '../../../records/alerts/sample-alerts.ts'
import { dashboardScene } from '../dashboard-scene.ts'

async function sceneWithAlert() {
  const scene = await dashboardScene()
  const db = openDatabase(scene.folder.path(`records/${ALERTS_FILE}`), ALERTS_SCHEMA)
  const finding = aFinding({ category: null, rule: 'high_risk', seq: 2 })
  const { alert } = new AlertStore(db).raise(finding, { duties: ['dsl'], topic: null, now: AT })
  db.close()
  return { ...scene, id: alert.id }
}

it('an alert is seen by those it is for, and acknowledged once, with what is done about it', async () => {
  const { signedIn, id } = await sceneWithAlert()
  const [dsl, nm] = [await signedIn('dsl'), await signedIn('nm')]
  expect((await dsl.get('/api/alerts')).body['alerts']).toEqual([expect.objectContaining({ id })])
  expect((await nm.get('/api/alerts')).body['alerts']).toEqual([])
  const say = { reason: 'seen, and spoken with the pupil' }
  expect((await nm.post(`/api/alerts/${id}/acknowledge`, say)).status).toBe(422)
  expect((await dsl.post(`/api/alerts/${id}/acknowledge`, { reason: 'ok' })).status).toBe(422)
  expect((await dsl.post(`/api/alerts/${id}/acknowledge`, say)).status).toBe(204)
  expect((await dsl.post(`/api/alerts/${id}/acknowledge`, say)).status).toBe(422)
  expect((await dsl.get('/api/alerts')).body['alerts']).toEqual([
    expect.objectContaining({ id, acknowledgedBy: 'p-dsl', acknowledgedName: 'dsl Example' }),
  ])
})

it('without alerts the list is empty', async () => {
  const { signedIn } = await dashboardScene()
  const dsl = await signedIn('dsl')
  expect((await dsl.get('/api/alerts')).body).toEqual({ alerts: [] })
  const say = { reason: 'seen, and spoken with the pupil' }
  expect((await dsl.post('/api/alerts/none/acknowledge', say)).status).toBe(404)
})
