import type { DeskCommandDeps } from '../../commands/desk-command.ts'
import type { Edit } from '../../records/governance/judge-edit.ts'
import {
  AT,
  device,
  deviceEdit,
  REASON,
  sampleDesk,
  type SampleDesk,
} from '../records/governance/sample-desk.ts'
import { runCommand } from './run-command.ts'

export type Run = (
  ...args: readonly string[]
) => Promise<{ code: number; out: string[]; err: string }>

/** A school with class `9b` of `teacher`, whose pupil has a school laptop, and a way to call the command. */
export async function deskScene(
  command: (args: readonly string[], deps: DeskCommandDeps) => Promise<number>,
): Promise<
  SampleDesk & {
    readonly run: Run
    readonly as: (actor: string, ...args: readonly string[]) => ReturnType<Run>
  }
> {
  const made = sampleDesk()
  const meetings = [{ day: 'tue', period: '3', room: null }]
  const after = { teachers: ['teacher'], pupils: ['p-pupil'], meetings }
  const group: Edit = { kind: 'class.put', objectId: '9b', after }
  const facts = device('laptop', 'pupil', 'pending')
  const laptop = deviceEdit({ ...facts, ownership: 'school', phase: 'secondary' })
  await made.submit([group, laptop], 'it', AT - 1000)
  const run: Run = async (...args) => {
    const { out, ...ran } = await runCommand(command, [...args, '--records', made.directory], {})
    return { ...ran, out: out === '' ? [] : out.split('\n') }
  }
  return {
    ...made,
    run,
    as: (actor, ...args) => run(...args, '--actor', actor, '--reason', REASON),
  }
}
