import type { Route } from '../route.ts'
import { ACCOUNT_ROUTES } from './account-routes.ts'
import { ALERT_ROUTES } from './alert-routes.ts'
import { ATTEMPT_ROUTES } from './attempt-routes.ts'
import { CHANGE_ROUTES } from './change-routes.ts'
import { IMPORT_ROUTES } from './import-routes.ts'
import { DAY_ROUTES } from './day-routes.ts'
import { FILTERING_ROUTES } from './filtering-routes.ts'
import { GRANT_ROUTES } from './grant-routes.ts'
import { HOLD_ROUTES } from './hold-routes.ts'
import { INCIDENT_ROUTES } from './incident-routes.ts'
import { REPORT_ROUTES } from './report-routes.ts'
import { SCHOOL_ROUTES } from './school-routes.ts'
import { SIGN_IN_ROUTES } from './sign-in-routes.ts'
import { TEACHING_ROUTES } from './teaching-routes.ts'
import { VISIT_ROUTES } from './visit-routes.ts'

/** Every way into the admin API; V22 walks this list. */
export const ROUTES: readonly Route[] = [
  ...SIGN_IN_ROUTES,
  ...ACCOUNT_ROUTES,
  ...SCHOOL_ROUTES,
  ...CHANGE_ROUTES,
  ...ATTEMPT_ROUTES,
  ...ALERT_ROUTES,
  ...IMPORT_ROUTES,
  ...TEACHING_ROUTES,
  ...INCIDENT_ROUTES,
  ...HOLD_ROUTES,
  ...DAY_ROUTES,
  ...FILTERING_ROUTES,
  ...REPORT_ROUTES,
  ...GRANT_ROUTES,
  ...VISIT_ROUTES,
]
