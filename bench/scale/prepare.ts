/** `node prepare.ts FOLDER SIZES`: a school of that size as a gate leaves it behind: ledger, snapshot, compiled lists. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../../commands/read-config.ts'
import { listSources } from '../../proxy/policy/list-sources.ts'
import { obtainLists } from '../../proxy/policy/obtain-lists.ts'
import { policyProblems, schoolFilesOf } from '../../proxy/policy/school-files.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { importFiles } from '../../records/register/import-files.ts'
import { RegisterView } from '../../records/register/register-view.ts'
import { parsePolicy } from '../../rules/policy/parse-policy.ts'
import { describeProblem } from '../../rules/policy/yaml-source.ts'
import { writeScaleSchool, type ScaleSizes } from './scale-school.ts'

const [folder = '', sizes = '{}'] = process.argv.slice(2)
const sample = writeScaleSchool(folder, JSON.parse(sizes) as ScaleSizes)
writeFileSync(join(folder, 'sample.json'), JSON.stringify(sample))
const loaded = readConfig(join(folder, 'gate.yaml'))
if (typeof loaded === 'string') throw new Error(loaded)
const { config, directory } = loaded
const records = join(folder, 'records')
mkdirSync(records, { recursive: true })

const ledger = openLedger(records, { site: config.site })
const view = new RegisterView(ledger)
const deps = { site: config.site, ledger, view, checkPolicy: policyProblems }
const report = importFiles(schoolFilesOf(config, directory), Date.now(), deps)
for (const problem of report.problems) throw new Error(describeProblem(problem))
view.keep()
const text = view.current().policy?.text ?? ''
ledger.close()

const parsed = parsePolicy(text, 'policy.yaml')
if (!parsed.ok) throw new Error('the made policy is broken')
const began = performance.now()
const lists = await obtainLists(listSources(parsed.policy, config, directory), records)
if ('problem' in lists) throw new Error(lists.problem)
const { names, octets } = lists.opened
process.send?.({ compileMs: performance.now() - began, names, octets })
