import { lazy, type FunctionComponent } from 'react'
import type { Duty } from './types.ts'

export const SECTIONS = ['Today', 'Filtering', 'School'] as const

/** A page and who finds it in the menu; what is on it the server decides again (permissions.ts). */
export interface Place {
  readonly path: string
  readonly label: string
  readonly section: (typeof SECTIONS)[number]
  readonly page: FunctionComponent
  readonly for: readonly Duty[]
}

const SAFEGUARDING: readonly Duty[] = ['dsl', 'deputy_dsl']
const LEADERS: readonly Duty[] = ['head', 'slt']
const WATCHING: readonly Duty[] = ['network_manager', ...SAFEGUARDING, ...LEADERS, 'it']

const OPERATING: readonly Duty[] = ['network_manager', ...LEADERS, 'it']
const GOVERNING: readonly Duty[] = ['governor', 'chair_of_governors']

/** A page is fetched when somebody goes there: the first load is the frame and one page. */
function pageOf<Name extends string>(
  load: () => Promise<Readonly<Record<Name, FunctionComponent>>>,
  name: Name,
): FunctionComponent {
  return lazy<FunctionComponent>(async () => ({ default: (await load())[name] }))
}

/** Pages that a page leads to, and no menu. */
export const DETAILS: readonly Pick<Place, 'path' | 'page' | 'for'>[] = [
  {
    path: '/incidents/:id',
    page: pageOf(() => import('./pages/incident.tsx'), 'IncidentPage'),
    for: [...WATCHING, 'exams_officer', 'chair_of_governors', 'dpo'],
  },
]

/** In the order in which a day needs them: the first that somebody has is where he begins. */
export const PLACES: readonly Place[] = [
  {
    path: '/desk',
    label: 'Front desk',
    section: 'Today',
    page: pageOf(() => import('./pages/front-desk.tsx'), 'FrontDesk'),
    for: ['reception', 'exams_officer'],
  },
  {
    path: '/',
    label: 'Overview',
    section: 'Today',
    page: pageOf(() => import('./pages/overview.tsx'), 'OverviewPage'),
    for: WATCHING,
  },
  {
    path: '/changes',
    label: 'Waiting for you',
    section: 'Today',
    page: pageOf(() => import('./pages/changes.tsx'), 'ChangesPage'),
    for: WATCHING,
  },
  {
    path: '/alerts',
    label: 'Alerts',
    section: 'Today',
    page: pageOf(() => import('./pages/alerts.tsx'), 'Alerts'),
    for: WATCHING,
  },
  {
    path: '/incidents',
    label: 'Incidents',
    section: 'Today',
    page: pageOf(() => import('./pages/incidents.tsx'), 'Incidents'),
    for: [...WATCHING, 'exams_officer', 'chair_of_governors', 'dpo'],
  },
  {
    path: '/attempts',
    label: 'Blocked attempts',
    section: 'Today',
    page: pageOf(() => import('./pages/attempts.tsx'), 'AttemptsPage'),
    for: WATCHING,
  },
  {
    path: '/lessons',
    label: 'My class now',
    section: 'Today',
    page: pageOf(() => import('./pages/lessons.tsx'), 'LessonsPage'),
    for: ['teacher', ...WATCHING.filter((duty) => duty !== 'it')],
  },
  {
    path: '/occasions',
    label: 'Occasions',
    section: 'Today',
    page: pageOf(() => import('./pages/occasions.tsx'), 'OccasionsPage'),
    for: [...WATCHING, 'reception', 'exams_officer'],
  },
  {
    path: '/report-worry',
    label: 'Report a worry',
    section: 'Today',
    page: pageOf(() => import('./pages/report-worry.tsx'), 'ReportWorry'),
    for: [...WATCHING, 'teacher', 'reception', 'exams_officer'],
  },
  {
    path: '/test',
    label: 'Test as',
    section: 'Filtering',
    page: pageOf(() => import('./pages/test-as.tsx'), 'TestAs'),
    for: WATCHING,
  },
  {
    path: '/sites',
    label: 'Sites',
    section: 'Filtering',
    page: pageOf(() => import('./pages/sites.tsx'), 'Sites'),
    for: WATCHING,
  },
  {
    path: '/lists',
    label: 'Lists',
    section: 'Filtering',
    page: pageOf(() => import('./pages/lists.tsx'), 'ListsPage'),
    for: OPERATING,
  },
  {
    path: '/categories',
    label: 'Categories',
    section: 'Filtering',
    page: pageOf(() => import('./pages/categories.tsx'), 'CategoriesPage'),
    for: WATCHING,
  },
  {
    path: '/week',
    label: 'Week and zones',
    section: 'Filtering',
    page: pageOf(() => import('./pages/week.tsx'), 'WeekPage'),
    for: WATCHING,
  },
  {
    path: '/talkers',
    label: 'Heavy use',
    section: 'Filtering',
    page: pageOf(() => import('./pages/talkers.tsx'), 'TalkersPage'),
    for: OPERATING,
  },
  {
    path: '/policy',
    label: 'Policy',
    section: 'Filtering',
    page: pageOf(() => import('./pages/policy.tsx'), 'PolicyPage'),
    for: WATCHING,
  },
  {
    path: '/grants',
    label: 'Permissions',
    section: 'School',
    page: pageOf(() => import('./pages/grants.tsx'), 'Grants'),
    for: [...WATCHING, 'reception', 'teacher'],
  },
  {
    path: '/devices',
    label: 'Devices',
    section: 'School',
    page: pageOf(() => import('./pages/devices.tsx'), 'Devices'),
    for: [...WATCHING, 'reception', 'exams_officer'],
  },
  {
    path: '/import',
    label: 'Import',
    section: 'School',
    page: lazy(() => import('./pages/import.tsx')),
    for: ['network_manager', 'it'],
  },
  {
    path: '/accounts',
    label: 'People and duties',
    section: 'School',
    page: pageOf(() => import('./pages/accounts.tsx'), 'Accounts'),
    for: WATCHING,
  },
  {
    path: '/log',
    label: 'Change log',
    section: 'School',
    page: pageOf(() => import('./pages/log.tsx'), 'LogPage'),
    for: WATCHING,
  },
  {
    path: '/report',
    label: 'Report for governors',
    section: 'School',
    page: pageOf(() => import('./pages/report.tsx'), 'ReportPage'),
    for: [...GOVERNING, 'network_manager', ...SAFEGUARDING, ...LEADERS],
  },
]
