import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseConfig, type Config } from '../../proxy/config.ts'
import { registerOfFiles } from '../../proxy/policy/school-files.ts'
import type { Register } from '../../records/register/register.ts'
import { describeProblem } from '../../rules/policy/yaml-source.ts'
import { tempDirectory } from './temp-directory.ts'

/** The smallest school that works: one staff phone, two zones, a sealed list, games and a help line. */
export const SCHOOL_FILES: Readonly<Record<string, string>> = {
  'gate.yaml': `site: ex
policy: policy.yaml
people: people.csv
devices: devices.csv
dns:
  upstreams: [udp://127.0.0.1:53]
records: { directory: records }
`,
  'policy.yaml': `school:
  id: ex
  name: Small School
  timezone: Europe/London
  phases: [secondary]
  ask: the office
  help: []
  monitoring_notice: What is refused is recorded.
calendar: { days: [mon, tue, wed, thu, fri], terms: [{ name: Autumn, from: 2026-09-02, to: 2026-12-18 }] }
windows: { reception_hours: { start: '08:30', end: '15:30' } }
zones:
  office: { networks: [127.10.20.0/24], pupil_area: false }
  unknown: { pupil_area: true }
identify: { last_octet: [127.10.0.0/16] }
profiles:
  staff: { start_from: staff, timed_outside: reception_hours }
  portal: { only: { hosts: [schoolgate.internal] } }
  quarantine: { only: {} }
  exam_allow_list: { only: {} }
access:
  - { id: staff-office, role: staff, zone: office, profile: staff }
  - { id: staff-hours, role: staff, during: reception_hours, deny: reception_hours }
lists:
  - { id: sealed, folder: lists/sealed, version: v1 }
  - { id: starter, folder: lists/starter, version: v2 }
`,
  'people.csv': 'person_ref,name,role\np-1,Ada Example,staff\n',
  'devices.csv': `id,octet,person_ref,role,ownership,type,state,aup,posture
phone,7,p-1,staff,personal,phone,approved,signed,ok
`,
  'lists/sealed/illegal.other.txt': 'sealed.example\n',
  'lists/sealed/README.md': 'not a list\n',
  'lists/starter/media.games.txt': 'games.example\n',
  'lists/starter/money.gambling.txt': 'bets.example\n',
  'lists/starter/support.wellbeing.txt': 'childline.org.uk\n',
}

export interface SchoolFolder {
  readonly directory: string
  readonly path: (name: string) => string
  readonly write: (name: string, text: string) => void
  readonly config: (...settings: string[]) => Config
  /** What the files as they are now would found. */
  readonly register: () => Register
}

/** The small school in a fresh folder; `changes` replaces or adds files. */
export function schoolFolder(changes: Readonly<Record<string, string>> = {}): SchoolFolder {
  const directory = tempDirectory()
  const files: Record<string, string> = { ...SCHOOL_FILES, ...changes }
  const path = (name: string): string => join(directory, name)
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(path(name)), { recursive: true })
    writeFileSync(path(name), text)
    files[name] = text
  }
  for (const [name, text] of Object.entries(files)) write(name, text)
  const config = (...settings: string[]): Config => {
    const parsed = parseConfig(files['gate.yaml'] ?? '', 'gate.yaml', settings)
    if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join('\n'))
    return parsed.config
  }
  return {
    directory,
    path,
    write,
    config,
    register: () => registerOfFiles(config(), directory).register,
  }
}
