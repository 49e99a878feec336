import type { Projection } from './projection.ts'
import { enrolAgent, inviteAgent, revokeAgent } from './projections/agents.ts'
import { issueDohToken, revokeDohToken } from './projections/doh-tokens.ts'
import { putDevice, removeDevice } from './projections/devices.ts'
import { putCover, putRole, removeRole } from './projections/duties.ts'
import { beginEmergency, blockHosts, endEmergency, liftBlock } from './projections/emergencies.ts'
import { putListChoice } from './projections/list-choices.ts'
import { erasePerson, putPerson, removePerson } from './projections/people.ts'
import { putClass, removeClass } from './projections/classes.ts'
import {
  endLesson,
  putCorrection,
  putGrant,
  putLesson,
  putPack,
  putSite,
  putVoucher,
  removeCorrection,
  removePack,
  removeSite,
  revokeGrant,
  revokeVoucher,
} from './projections/permissions.ts'
import { endOccasion, putOccasion } from './projections/occasions.ts'
import { forgetEnded } from './projections/ended.ts'
import { putHold, releaseHold } from './projections/holds.ts'
import { putPolicy } from './projections/policy.ts'
import {
  approveProposal,
  endorseProposal,
  putProposal,
  refuseProposal,
  withdrawProposal,
} from './projections/proposals.ts'
import { endTopic, putTopic } from './projections/topics.ts'
import { liftSanction, putSanction } from './projections/sanctions.ts'
import { putUnmasking } from './projections/unmaskings.ts'
import {
  inviteRegistration,
  registerDevice,
  signAgreement,
  withdrawRegistration,
} from './projections/registrations.ts'
import { queueForReview, reviewEntries } from './projections/review-queue.ts'

/**
 * What an entry of each kind does to the register, one line a kind. A kind that is not listed is none
 * of the register's (one of a newer gate).
 */
export const PROJECTIONS: ReadonlyMap<string, Projection> = new Map([
  ['policy.put', putPolicy],
  ['device.put', putDevice],
  ['device.remove', removeDevice],
  ['person.put', putPerson],
  ['person.remove', removePerson],
  ['person.erase', erasePerson],
  ['role.put', putRole],
  ['role.remove', removeRole],
  ['cover.put', putCover],
  ['grant.put', putGrant],
  ['grant.revoke', revokeGrant],
  ['voucher.put', putVoucher],
  ['voucher.revoke', revokeVoucher],
  ['registration.invite', inviteRegistration],
  ['registration.withdraw', withdrawRegistration],
  ['device.register', registerDevice],
  ['agreement.sign', signAgreement],
  ['class.put', putClass],
  ['class.remove', removeClass],
  ['pack.put', putPack],
  ['pack.remove', removePack],
  ['lesson.put', putLesson],
  ['lesson.end', endLesson],
  ['site.put', putSite],
  ['site.remove', removeSite],
  ['correction.put', putCorrection],
  ['correction.remove', removeCorrection],
  ['emergency.block', blockHosts],
  ['emergency.lift', liftBlock],
  ['occasion.put', putOccasion],
  ['occasion.end', endOccasion],
  ['site_emergency.put', beginEmergency],
  ['site_emergency.end', endEmergency],
  ['list.put', putListChoice],
  ['topic.put', putTopic],
  ['topic.end', endTopic],
  ['hold.put', putHold],
  ['hold.release', releaseHold],
  ['agent.invite', inviteAgent],
  ['agent.enrol', enrolAgent],
  ['agent.revoke', revokeAgent],
  ['sanction.put', putSanction],
  ['sanction.lift', liftSanction],
  ['doh_token.issue', issueDohToken],
  ['doh_token.revoke', revokeDohToken],
  ['unmask.put', putUnmasking],
  ['proposal.put', putProposal],
  ['proposal.endorse', endorseProposal],
  ['proposal.approve', approveProposal],
  ['proposal.refuse', refuseProposal],
  ['proposal.withdraw', withdrawProposal],
  ['review.put', reviewEntries],
])

/** What every entry does to the register, whatever its kind; runs before the kind's own. */
export const FOR_EVERY_ENTRY: readonly Projection[] = [queueForReview, forgetEnded]
