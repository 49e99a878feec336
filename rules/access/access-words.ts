import type { AccessOutcome } from './judge-access.ts'

/** What is said to a person whose device is refused or held back; plain words, no blame. */
const SENTENCES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    lost: 'This device is reported lost. Please hand it in at reception.',
    revoked: 'This device is no longer allowed on the school network.',
    confiscated: 'This device is held by the school and may not be used.',
    suspended: 'Access for this device is suspended for now.',
    unregistered: 'This device is not registered with the school yet.',
    aup_missing: 'The acceptable use agreement has not been signed for this device.',
    mobile_free_zone: 'Personal devices are not used in this area.',
    posture_stale: 'This device has not reported its security state lately.',
    default: 'No rule of the school opens the network for this device here and now.',
  }),
)

const POSTURE = /^posture:(.+)$/

/** One sentence a teacher understands for an outcome of the access stage. */
export function accessSentence(outcome: AccessOutcome): string {
  return withOccasion(sentenceOf(outcome), outcome.occasion)
}

/** A sentence that names the occasion behind it, where there is one. */
export function withOccasion(sentence: string, occasion: string | null): string {
  return occasion === null ? sentence : `${sentence.replace(/\.$/, '')} (${occasion}).`
}

function sentenceOf(outcome: AccessOutcome): string {
  if (outcome.explain !== null) return outcome.explain
  const { reasonCode } = outcome
  if (reasonCode === null) return `Allowed here and now as \`${outcome.profile ?? ''}\`.`
  if (reasonCode === 'exam') return examSentence(outcome)
  const failed = POSTURE.exec(reasonCode)
  if (failed !== null)
    return `This device did not pass the school's security check (${spoken(failed[1] ?? '')}).`
  return SENTENCES.get(reasonCode) ?? policySentence(reasonCode, outcome.window)
}

function examSentence({ alert, window }: AccessOutcome): string {
  if (window === 'exam_rehearsal')
    return 'Exam mode is being tried out here: personal devices are refused as in an exam.'
  return alert
    ? 'An exam is running here: personal devices are not allowed in the exam room.'
    : 'An exam is running: personal devices of candidates are off the network until it ends.'
}

/** For a reason of the policy's own that has no sentence there. */
function policySentence(reason: string, window: string | null): string {
  const during = window === null ? '' : ` during ${spoken(window)}`
  return `Not allowed for this device here${during} (${spoken(reason)}).`
}

function spoken(word: string): string {
  return word.replaceAll('_', ' ')
}
