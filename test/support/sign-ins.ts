import type { SignInRules } from '../../proxy/clients/sources/sign-ins/parse-sign-in.ts'

export const SIGN_IN_RULES: SignInRules = {
  ignore: ['svc-*', '*-scan-*'],
  logonTypes: [2, 3, 7, 10, 11],
  mailDomains: { PUPILS: 'pupils.example' },
}

/** A sign-in as NXLog forwards it, but for what a test says. */
export function flatSignIn(facts: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    EventID: 4624,
    EventTime: '2026-11-25 09:00:00+00:00',
    TargetUserName: 'jo',
    TargetDomainName: 'SCHOOL',
    TargetUserSid: 'S-1-5-21-1-2-3-1105',
    IpAddress: '10.1.0.7',
    LogonType: '3',
    ...facts,
  })
}
