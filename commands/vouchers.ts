import type { Voucher } from '../records/governance/permission-facts.ts'
import {
  isName,
  issueVoucher,
  withoutCode,
  type IssuedVoucher,
} from '../records/registration/issue-voucher.ts'
import { VOUCHER_KINDS } from '../rules/vouchers/voucher-kinds.ts'
import { EXIT, textOf, textsOf, type Options } from './arguments.ts'
import {
  DESK_USAGE,
  runAtDesk,
  stateOf,
  takingAway,
  termOf,
  type DeskCall,
  type DeskCommand,
  type DeskCommandDeps,
} from './desk-command.ts'

const USAGE = `usage: schoolgate vouchers issue TYPE (--name NAME | --person REF) --host REF [--zone Z]... [--from TIME] --to TIME
                  [--organisation TEXT] [--purpose TEXT] [--assessment REF] [--id-checked]
       schoolgate vouchers list [--all] [--json]
       schoolgate vouchers revoke ID
A visitor's way onto the network: one device, after the agreement, in these zones until then. The host is whoever of
the school answers for the visit. The code is told once. The head must agree to regular, multi_agency and supplier
visits and to supply teachers and trainees (\`changes approve\`); the code counts from then on.
TYPE is one of ${VOUCHER_KINDS.join(', ')}.
${DESK_USAGE}`

const one = { type: 'string' } as const

const OPTIONS: Options = {
  ...{ name: one, person: one, host: one, from: one, to: one, organisation: one, purpose: one },
  ...{ assessment: one, zone: { type: 'string', multiple: true } },
  ...{ 'id-checked': { type: 'boolean' }, all: { type: 'boolean' }, json: { type: 'boolean' } },
}

/** `vouchers issue|list|revoke`. */
export async function vouchers(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  let issued: IssuedVoucher | undefined
  const command: DeskCommand = {
    noun: 'voucher',
    usage: USAGE,
    options: OPTIONS,
    verbs: {
      list: { reads: true, lines: list },
      issue: {
        reads: false,
        edit: (call) => {
          const asked = ask(call)
          if (typeof asked === 'string') return asked
          issued = asked
          return asked.change
        },
      },
      revoke: takingAway('voucher.revoke'),
    },
  }
  const done = await runAtDesk(command, args, deps)
  // Told when the ledger has it: the code of one that was refused must not be handed out.
  if (done === EXIT.done && issued !== undefined) deps.out(`code ${issued.code}`)
  return done
}

function list({ parsed, objects, register, at }: DeskCall): readonly string[] | string {
  if (objects.length > 0) return 'a list names nothing'
  const wanted = [...register.vouchers].filter(
    ([, voucher]) => parsed.values['all'] === true || stateOf(voucher, at) !== 'over',
  )
  // Whoever reads over a shoulder must not be able to look for the code.
  return parsed.values['json'] === true
    ? wanted.map(([id, voucher]) =>
        JSON.stringify({ id, ...withoutCode(voucher), state: stateOf(voucher, at) }),
      )
    : wanted.map(([id, voucher]) => `${id} ${describe(voucher)}, ${stateOf(voucher, at)}`)
}

function describe({ type, person, host, device, zones, from, to }: Voucher): string {
  const where = zones.length === 0 ? '' : ` in ${zones.join(', ')}`
  const used = device === null ? 'not used yet' : `device ${device}`
  return `${type} for ${person}, host ${host}${where}, ${from} to ${to}: ${used}`
}

function ask(call: DeskCall): IssuedVoucher | string {
  const { parsed, objects, register } = call
  const [word, ...rest] = objects
  const type = VOUCHER_KINDS.find((kind) => kind === word)
  if (type === undefined || rest.length > 0) return `\`${word ?? ''}\` is no type of voucher`
  const term = termOf(call, 'to')
  if (typeof term === 'string') return term
  const text = (name: string): string | null => textOf(parsed, name) ?? null
  const [name, person, host] = ['name', 'person', 'host'].map(text)
  if ((name === null) === (person === null)) return 'say who comes: --name NAME or --person REF'
  if (name != null && !isName(name)) return 'a name has 1 to 200 letters'
  if (host === null || host === undefined) return 'say who answers for the visit: --host REF'
  return issueVoucher(
    {
      ...{ type, name: name ?? null, person: person ?? null, host, ...term },
      zones: textsOf(parsed, 'zone'),
      ...{ organisation: text('organisation'), purpose: text('purpose') },
      ...{ assessment: text('assessment'), idChecked: parsed.values['id-checked'] === true },
    },
    register,
  )
}
