import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importList } from '../../commands/import.ts'
import { ldapReader } from '../../commands/import-ldap.ts'
import { searchLdap } from '../../commands/ldap-directory.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { REASON, sampleDesk } from '../records/governance/sample-desk.ts'
import { ADMIN, Slapd, SUFFIX } from '../support/slapd.ts'
import { runCommand } from './run-command.ts'

const PUPILS = 1_200

function person(ou: string, uid: string, more: Readonly<Record<string, string>>): string {
  const facts = { objectClass: 'inetOrgPerson', uid, cn: uid, sn: 'Example', ...more }
  const lines = Object.entries(facts).map(([name, value]) => `${name}: ${value}`)
  return [`dn: uid=${uid},ou=${ou},${SUFFIX}`, ...lines, ''].join('\n')
}

const LDIF = [
  `dn: ${SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: School\ndc: school\n`,
  ...['Pupils', 'Staff', 'Services'].map(
    (ou) => `dn: ou=${ou},${SUFFIX}\nobjectClass: organizationalUnit\nou: ${ou}\n`,
  ),
  ...Array.from({ length: PUPILS }, (_, n) =>
    person('Pupils', `pupil${n}`, { departmentNumber: `Year ${7 + (n % 5)}` }),
  ),
  person('Staff', 'tia', { displayName: 'Tia Example', mail: 'tia@school.test' }),
  person('Staff', 'zoe', { mail: 'not an address' }),
  person('Services', 'printer', {}),
].join('\n')

let folder: string
let directory: Slapd

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'schoolgate-ldap-'))
  directory = await Slapd.start(folder, LDIF)
}, 60_000)

afterAll(async () => {
  await directory[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

function scene() {
  const made = sampleDesk()
  const secret = join(folder, 'secret')
  writeFileSync(secret, `${ADMIN.password}\n`)
  const usual = [
    ...['--base', SUFFIX, '--bind', ADMIN.dn, '--password-file', secret],
    ...['--role', `pupil=ou=Pupils,${SUFFIX}`, '--role', `staff=OU=Staff, ${SUFFIX}`],
    ...['--year', 'departmentNumber', '--records', made.directory],
  ]
  const run = (url: string, ...args: readonly string[]) =>
    runCommand(importList, ['ldap', url, ...usual, ...args], {})
  return { ...made, run }
}

test('a dry run over TLS shows the difference of a directory of many pages, and changes nothing', async () => {
  const { run, view } = scene()
  const { headSeq } = view.current()
  const { out, err } = await run(directory.secureUrl, '--ca', directory.ca, '--dry-run')
  expect(err).toMatch(/^127\.0\.0\.1:\d+:\d+:1: `uid=zoe,ou=Staff,.*`: its address is none$/)
  expect(out).toContain(`${PUPILS + 1} good rows, 1 problems, ${PUPILS + 1} new`)
  expect(out).toContain('note: 1 entries lie under none of the given places')
  expect(out).toMatch(/^\+ person [0-9a-f-]{36} pupil secondary \d+$/m)
  expect(view.current().headSeq).toBe(headSeq)
}, 60_000)

test('with a reason they are in the register by their number, and once more as no change', async () => {
  const { run, view } = scene()
  const as = ['--actor', 'nm', '--reason', REASON]
  expect((await run(directory.url, ...as)).out).toMatch(/in force: entries \d+ to \d+$/)
  expect(view.current().people.size).toBe(PUPILS + 3)
  const { headSeq } = view.current()
  expect((await run(directory.url, ...as)).out).toContain('0 new, 0 changed, 0 gone')
  expect(view.current().headSeq).toBe(headSeq)
}, 60_000)

test('a whole directory that fits less than the school is guarded, as any list', async () => {
  const { run } = scene()
  const as = ['--actor', 'nm', '--reason', REASON]
  await run(directory.url, ...as)
  const half = ['--filter', '(&(objectClass=person)(departmentNumber=Year 7))', '--whole']
  const { code, err } = await run(directory.url, ...as, ...half)
  expect(code).toBe(1)
  expect(err).toMatch(/it would take away \d+ of \d+ pupils .* say how many go: \d+$/)
}, 60_000)

test('a wrong password, a certificate of nobody and no directory at all are told', async () => {
  const wrong = join(folder, 'wrong')
  writeFileSync(wrong, 'guessed')
  const { run } = scene()
  expect(await run(directory.url, '--dry-run', '--password-file', wrong)).toMatchObject({
    code: 1,
    err: expect.stringContaining('the directory: InvalidCredentialsError') as string,
  })
  expect((await run(directory.secureUrl, '--dry-run')).err).toMatch(/the directory: .*certificate/)
  expect((await run('ldap://127.0.0.1:1', '--dry-run')).err).toMatch(
    /the directory: .*ECONNREFUSED/,
  )
}, 60_000)

test.each([
  ['a role that is none', 'ldap://127.0.0.1:1', ['--role', 'king=dc=x'], 'is none of pupil, staff'],
  ['a bind without a password', 'ldap://127.0.0.1:1', ['--bind', 'cn=x'], 'go together'],
])('%s is wrong usage', async (_, url, args, said) => {
  const { directory: records } = sampleDesk()
  const base = ['--base', SUFFIX, '--role', `staff=${SUFFIX}`, '--dry-run', '--records', records]
  const ran = await runCommand(importList, ['ldap', url, ...base, ...args], {})
  expect(ran).toMatchObject({ code: 2, err: expect.stringContaining(said) as string })
})

test('the reader and the search never throw', async () => {
  const http = { values: { base: 'dc=x', role: ['staff=dc=x'] }, positionals: [] }
  expect(await ldapReader('http://school.test', http)).toMatchObject({
    fault: expect.stringContaining('is no address as ldaps://host:636') as string,
  })
  expect(await ldapReader('', { values: {}, positionals: [] })).toContain('--base DN')
  const order = {
    ...{ url: 'ldaps://127.0.0.1:1', base: '', filter: '(', bind: null, ca: '/none' },
    attributes: { id: 'objectGUID', year: null },
  }
  expect(await searchLdap(order)).toContain('ENOENT')
})
