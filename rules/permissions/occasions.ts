import type { DeviceFacts, ZoneFacts } from '../subject.ts'

/**
 * What an occasion does, by its kind. The first four are about exams (design.md section 4, step 5), the
 * others give a group a profile (step 8).
 */
export const OCCASION_KINDS = [
  /** The zones are exam rooms, as if the calendar said so: an exam that moved there. */
  'exam_room',
  /** So for longer, for the candidates that it names. */
  'extra_time',
  /** Exam mode tried out: the zones are exam rooms, nobody is a candidate. */
  'exam_rehearsal',
  /** The calendar's exams do not count in the zones: what moved away from there. */
  'exam_release',
  /** Children of another phase or year who are here for the day. */
  'transition_day',
  /** Anything else that is a group's for a while. */
  'group',
] as const
export type OccasionKind = (typeof OCCASION_KINDS)[number]

/** Something that is otherwise than usual for a while, for some, somewhere; half-open, epoch ms. */
export interface Occasion {
  readonly id: string
  readonly kind: OccasionKind
  readonly from: number
  readonly to: number
  /** Whose it is: references of people, devices, years of pupils; each one named is in it. */
  readonly people: readonly string[]
  readonly devices: readonly string[]
  readonly years: readonly number[]
  /** Where. For an exam these are the rooms; for a group none means everywhere. */
  readonly zones: readonly string[]
  /** What a group gets; null for an exam. */
  readonly profile: string | null
}

/** The whole site's (design.md section 4, step 3): a fire drill, an invacuation. */
export interface SiteEmergency {
  readonly kind: string
  readonly from: number
  /** `Infinity` for one of an old entry, which somebody must end. */
  readonly to: number
}

/** What of them holds for one device, in one place, at one instant. */
export interface OccasionsInForce {
  readonly emergency: SiteEmergency | null
  /** Makes the place an exam room. */
  readonly examRoom: Occasion | null
  /** Makes the device a candidate's, wherever it is. */
  readonly sits: Occasion | null
  /** The calendar's exams do not count in the place. */
  readonly isReleased: boolean
  /** Those that give the device a profile, in the order of the ledger. */
  readonly groups: readonly Occasion[]
}

export const NO_OCCASION: OccasionsInForce = {
  emergency: null,
  examRoom: null,
  sits: null,
  isReleased: false,
  groups: [],
}

/** Of `running`, which are in force now, those that concern the device and the place. */
export function occasionsFor(
  running: readonly Occasion[],
  emergency: SiteEmergency | null,
  { device, zone }: { readonly device: DeviceFacts | null; readonly zone: ZoneFacts },
): OccasionsInForce {
  const here = running.filter(({ zones }) => zones.includes(zone.id))
  const exams = running.filter(isExam)
  return {
    emergency,
    examRoom: here.find(isExam) ?? null,
    sits: device === null ? null : (exams.find((exam) => sitsIt(exam, device)) ?? null),
    isReleased: here.some(({ kind }) => kind === 'exam_release'),
    groups:
      device === null
        ? []
        : running.filter(
            (each) =>
              isGroup(each) &&
              (each.zones.length === 0 || here.includes(each)) &&
              isNamed(each, device),
          ),
  }
}

function isExam({ kind }: Occasion): boolean {
  return kind === 'exam_room' || kind === 'extra_time' || kind === 'exam_rehearsal'
}

export function isGroup({ kind }: Pick<Occasion, 'kind'>): boolean {
  return kind === 'transition_day' || kind === 'group'
}

function isNamed({ people, devices, years }: Occasion, device: DeviceFacts): boolean {
  return (
    (device.personRef !== null && people.includes(device.personRef)) ||
    devices.includes(device.id) ||
    (device.year !== null && years.includes(device.year))
  )
}

/** A room that names nobody is every candidate's; nobody sits a rehearsal. */
function sitsIt(exam: Occasion, device: DeviceFacts): boolean {
  if (exam.kind === 'exam_rehearsal') return false
  const namesNobody = exam.people.length + exam.devices.length + exam.years.length === 0
  return namesNobody && exam.kind === 'exam_room' ? device.examCandidate : isNamed(exam, device)
}

/** In words that follow a sentence, for whoever wonders why: ``exam rehearsal `hall-24` ``. */
export function occasionWords({ kind, id }: Occasion): string {
  return kind === 'group' ? `occasion \`${id}\`` : `${kind.replaceAll('_', ' ')} \`${id}\``
}

export function emergencyWords({ kind }: SiteEmergency): string {
  return `site emergency: ${kind.replaceAll('_', ' ')}`
}
