import {
  readOneRoster,
  type RosterOptions,
} from '../../../../records/imports/oneroster/one-roster.ts'
import type { ImportSource } from '../../../../records/imports/import-source.ts'
import {
  runImport,
  type ImportOrder,
  type ImportResult,
} from '../../../../records/imports/run-import.ts'
import { AT } from '../../governance/sample-desk.ts'
import type { RosterDesk } from '../roster-desk.ts'

/** Headers as the CSV tables of OneRoster 1.1 (2023-08-22) and the binding of 1.2.1 have them. */
export const HEADERS = {
  orgs: 'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId',
  academicSessions:
    'sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear',
  users:
    'sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password',
  users12:
    'sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns',
  roles:
    'sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId',
  classes:
    'sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods',
  enrollments:
    'sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate',
} as const

type Cells = Readonly<Record<string, string>>

/** A file with these rows, from what each says. */
export function fileOf(header: string, ...rows: readonly Cells[]): string {
  const columns = header.split(',')
  const lines = rows.map((row) => columns.map((column) => cellOf(row[column] ?? '')).join(','))
  return [header, ...lines, ''].join('\n')
}

function cellOf(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function manifestOf(version: string, modes: Cells): string {
  const rows = Object.entries(modes).map(([file, mode]) => `file.${file},${mode}`)
  return [
    'propertyName,value',
    'manifest.version,1.0',
    `oneroster.version,${version}`,
    ...rows,
    '',
  ].join('\n')
}

export function sourcesOf(files: Cells): ImportSource[] {
  return Object.entries(files).map(([name, text]) => ({
    name: `${name}.csv`,
    octets: Buffer.from(text),
  }))
}

/** Imports a set of files as the network manager. */
export function bringRoster(
  scene: RosterDesk,
  files: Cells,
  { options = {}, ...more }: Partial<ImportOrder> & { options?: Partial<RosterOptions> } = {},
): Promise<ImportResult> {
  const sources = sourcesOf(files)
  const by = { actor: 'nm', reason: 'the export of this night' }
  return runImport(
    {
      ...{ whole: false, removes: null, by, at: AT, ...more },
      read: (context) => readOneRoster(sources, { org: null, phases: null, ...options }, context),
    },
    scene,
  )
}

export const BULK = {
  ...{
    academicSessions: 'bulk',
    classes: 'bulk',
    enrollments: 'bulk',
    orgs: 'bulk',
    users: 'bulk',
  },
  ...{ courses: 'absent', demographics: 'absent' },
}

/** A small school of OneRoster 1.1: a teacher, two pupils and a parent. */
export const SCHOOL = {
  manifest: manifestOf('1.1', BULK),
  orgs: fileOf(HEADERS.orgs, { sourcedId: 'o-1', name: 'Example', type: 'school' }),
  academicSessions: fileOf(
    HEADERS.academicSessions,
    {
      sourcedId: 't-1',
      title: 'Autumn',
      type: 'term',
      startDate: '2026-09-02',
      endDate: '2026-12-18',
    },
    {
      sourcedId: 't-0',
      title: 'Summer',
      type: 'term',
      startDate: '2026-04-14',
      endDate: '2026-07-21',
    },
  ),
  users: fileOf(
    HEADERS.users,
    { ...user('u-t', 'teacher', 'Tia'), email: 'tia@school.example' },
    { ...user('u-1', 'student', 'Ada'), grades: '09' },
    { ...user('u-2', 'student', 'Zoë'), grades: 'Year 4' },
    user('u-p', 'parent', 'Pat'),
  ),
  classes: fileOf(
    HEADERS.classes,
    {
      sourcedId: 'c-1',
      title: 'Science',
      classCode: '9b/Sc1',
      location: 'S1',
      schoolSourcedId: 'o-1',
      termSourcedIds: 't-1',
      periods: 'Mon:3,Thursday 2',
    },
    {
      sourcedId: 'c-2',
      title: 'Old',
      classCode: '8a/Ma1',
      schoolSourcedId: 'o-1',
      termSourcedIds: 't-0',
      periods: '1',
    },
  ),
  enrollments: fileOf(
    HEADERS.enrollments,
    seat('e-1', 'c-1', 'u-t', 'teacher'),
    seat('e-2', 'c-1', 'u-1', 'student'),
    { ...seat('e-3', 'c-1', 'u-2', 'student'), endDate: '2026-10-01' },
    seat('e-4', 'c-1', 'u-p', 'student'),
  ),
} as const

export function user(sourcedId: string, role: string, givenName: string): Cells {
  return {
    sourcedId,
    role,
    givenName,
    familyName: 'Example',
    enabledUser: 'true',
    orgSourcedIds: 'o-1',
  }
}

export function seat(sourcedId: string, group: string, ref: string, role: string): Cells {
  return { sourcedId, classSourcedId: group, schoolSourcedId: 'o-1', userSourcedId: ref, role }
}
