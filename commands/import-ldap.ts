import { readFileSync } from 'node:fs'
import { readDirectory, type DirectoryOptions } from '../records/imports/directory-roster.ts'
import type { ImportOrder } from '../records/imports/run-import.ts'
import { readPhases } from '../records/imports/school-years.ts'
import { ROLES, type Role } from '../rules/subject.ts'
import { textOf, textsOf, type Options, type Parsed } from './arguments.ts'
import { searchLdap, type LdapOrder } from './ldap-directory.ts'

export const LDAP_OPTIONS: Options = {
  ...{ base: { type: 'string' }, filter: { type: 'string' }, bind: { type: 'string' } },
  ...{ 'password-file': { type: 'string' }, ca: { type: 'string' }, id: { type: 'string' } },
  ...{ year: { type: 'string' }, role: { type: 'string', multiple: true } },
}

const USUAL_FILTER = '(objectClass=person)'

/** The accounts of a directory, searched now; a text is what is wrong with the call, a fault why they can't be had. */
export async function ldapReader(
  url: string,
  parsed: Parsed,
): Promise<ImportOrder['read'] | string | { readonly fault: string }> {
  const base = textOf(parsed, 'base')
  const roles = rolesOf(textsOf(parsed, 'role'))
  if (typeof roles === 'string') return roles
  if (base === undefined || roles.length === 0)
    return 'say where to look and whose entries lie where: --base DN --role pupil=DN --role staff=DN'
  const phasesText = textOf(parsed, 'phases')
  const phases = phasesText === undefined ? null : readPhases(phasesText)
  if (typeof phases === 'string') return `--phases: ${phases}`
  const bind = bindOf(parsed)
  if (typeof bind === 'string') return bind
  const attributes = {
    id: textOf(parsed, 'id') ?? 'entryUUID',
    year: textOf(parsed, 'year') ?? null,
  }
  const filter = textOf(parsed, 'filter') ?? USUAL_FILTER
  const ca = textOf(parsed, 'ca') ?? null
  const entries = await searchLdap({ url, base, filter, bind, ca, attributes })
  if (typeof entries === 'string') return { fault: entries }
  const options: DirectoryOptions = { name: new URL(url).host, roles, phases }
  return (context) => readDirectory(entries, options, context)
}

function rolesOf(texts: readonly string[]): DirectoryOptions['roles'] | string {
  const roles: { role: Role; under: string }[] = []
  for (const text of texts) {
    const at = text.indexOf('=')
    const [word, under] = [text.slice(0, at), text.slice(at + 1)]
    const role = ROLES.find((one) => one === word)
    if (role === undefined || under === '')
      return `--role \`${text.slice(0, 60)}\` is none of ${ROLES.join(', ')} and a DN, as in pupil=ou=Pupils,dc=school`
    roles.push({ role, under })
  }
  return roles
}

/** Never on the command line, where every user of the machine reads it. */
function bindOf(parsed: Parsed): LdapOrder['bind'] | string {
  const [dn, file] = [textOf(parsed, 'bind'), textOf(parsed, 'password-file')]
  if (dn === undefined && file === undefined) return null
  if (dn === undefined || file === undefined) return '--bind and --password-file go together'
  try {
    return { dn, password: readFileSync(file, 'utf8').trim() }
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}
