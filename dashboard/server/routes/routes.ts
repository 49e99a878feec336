import type { Route } from '../route.ts'
import { ACCOUNT_ROUTES } from './account-routes.ts'
import { ALERT_ROUTES } from './alert-routes.ts'
import { ATTEMPT_ROUTES } from './attempt-routes.ts'
import { CHANGE_ROUTES } from './change-routes.ts'
import { IMPORT_ROUTES } from './import-routes.ts'
import { SCHOOL_ROUTES } from './school-routes.ts'
import { SIGN_IN_ROUTES } from './sign-in-routes.ts'

/** Every way into the admin API; V22 walks this list. */
export const ROUTES: readonly Route[] = [
  ...SIGN_IN_ROUTES,
  ...ACCOUNT_ROUTES,
  ...SCHOOL_ROUTES,
  ...CHANGE_ROUTES,
  ...ATTEMPT_ROUTES,
  ...ALERT_ROUTES,
  ...IMPORT_ROUTES,
]
