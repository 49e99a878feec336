import { agreementFor, PARENTAL_CONSENT, signatureEnds } from '../rules/agreements/agreement.ts'
import { parsePolicy } from '../rules/policy/parse-policy.ts'
import type { Policy } from '../rules/policy/policy.ts'
import type { Json } from '../records/canonical-json.ts'
import { signatureKey, type AgreementFacts } from '../records/registration/registration-facts.ts'
import type { Register } from '../records/register/register.ts'
import type { Options } from './arguments.ts'
import {
  DESK_USAGE,
  runAtDesk,
  type DeskCall,
  type DeskCommand,
  type DeskCommandDeps,
} from './desk-command.ts'
import { readMoment } from './journal-arguments.ts'

const USAGE = `usage: schoolgate agreements list [--missing] [--json]        who has agreed to what, and until when that counts
       schoolgate agreements sign PERSON_REF [--signed TIME]    a paper that the office has seen
       schoolgate agreements consent PERSON_REF [--signed TIME] a parent's word for a pupil
At the portal people sign themselves. What is asked of whom is \`agreements\` in the policy.
${DESK_USAGE}`

const OPTIONS: Options = {
  ...{ signed: { type: 'string' }, missing: { type: 'boolean' }, json: { type: 'boolean' } },
}

const COMMAND: DeskCommand = {
  noun: 'agreement',
  usage: USAGE,
  options: OPTIONS,
  verbs: {
    list: { reads: true, lines: list },
    sign: { reads: false, edit: (call) => sign(call, 'paper') },
    consent: { reads: false, edit: (call) => sign(call, 'parent') },
  },
}

/** `agreements list|sign|consent`. */
export function agreements(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  return runAtDesk(COMMAND, args, deps)
}

function sign(call: DeskCall, method: 'paper' | 'parent') {
  const { parsed, objects, register } = call
  const [person, ...rest] = objects
  if (person === undefined || rest.length > 0) return 'name one person'
  const signed = readMoment(parsed, 'signed')
  if (typeof signed === 'object') return signed.problem
  const asked = askedOf(person, method, register)
  if (asked === null) return `nobody asks \`${person}\` to agree to anything`
  const after: AgreementFacts = {
    ...{ person, ...asked, document: null, method },
    signedAt: signed === undefined ? null : new Date(signed).toISOString(),
  }
  const objectId = signatureKey(person, asked.agreement)
  return { kind: 'agreement.sign' as const, objectId, after: { ...after } as Json }
}

function askedOf(
  person: string,
  method: 'paper' | 'parent',
  register: Register,
): Pick<AgreementFacts, 'agreement' | 'version'> | null {
  if (method === 'parent') return { agreement: PARENTAL_CONSENT, version: '' }
  const facts = register.people.get(person)
  const policy = policyOf(register)?.agreements
  const asked = policy && facts && agreementFor(policy, facts.role, facts.phase)
  return asked ? { agreement: asked.id, version: asked.version } : null
}

interface Line {
  readonly person: string
  readonly document: string
  readonly state: 'signed' | 'over' | 'missing'
  readonly until: string | null
}

function list({ parsed, objects, register, at }: DeskCall): readonly string[] | string {
  if (objects.length > 0) return 'a list names nothing'
  const lines = linesOf(register, at).filter(
    ({ state }) => parsed.values['missing'] !== true || state !== 'signed',
  )
  return parsed.values['json'] === true
    ? lines.map((line) => JSON.stringify(line))
    : lines.map(
        ({ person, document, state, until }) =>
          `${person} ${document}: ${state}${until === null ? '' : `, until ${until}`}`,
      )
}

/** Of everybody who is asked for something: the completion of a campaign is these by state (002:441). */
function linesOf(register: Register, at: number): readonly Line[] {
  const policy = policyOf(register)?.agreements
  if (policy === undefined) return []
  return [...register.people].flatMap(([person, { role, phase }]): Line[] => {
    const document = agreementFor(policy, role, phase)
    if (document === null) return []
    const signature = register.agreements.get(signatureKey(person, document.id))
    const line = { person, document: document.id }
    if (signature === undefined) return [{ ...line, state: 'missing', until: null }]
    const { version, at: signedAt } = signature
    const end = signatureEnds({ version, at: Date.parse(signedAt) }, document, policy)
    const state = at < end ? 'signed' : 'over'
    return [{ ...line, state, until: new Date(end).toISOString() }]
  })
}

function policyOf({ policy }: Register): Policy | null {
  const parsed = policy === null ? null : parsePolicy(policy.text, policy.name)
  return parsed?.ok === true ? parsed.policy : null
}
