import {
  correctionFacts,
  grantFacts,
  lessonFacts,
  packFacts,
  siteFacts,
  voucherFacts,
} from '../../governance/permission-facts.ts'
import { readAfter, type Projection } from '../projection.ts'

/** `grant.put`: what one person may do for a while. */
export const putGrant: Projection = ({ grants }, entry) => {
  grants.set(entry.object_id, readAfter(entry, grantFacts))
}

/** `grant.revoke`: and no more. */
export const revokeGrant: Projection = ({ grants }, entry) => {
  grants.delete(entry.object_id)
}

/** `voucher.put`: a visitor's way onto the network. */
export const putVoucher: Projection = ({ vouchers }, entry) => {
  vouchers.set(entry.object_id, readAfter(entry, voucherFacts))
}

/** `voucher.revoke`: the visit is over. */
export const revokeVoucher: Projection = ({ vouchers }, entry) => {
  vouchers.delete(entry.object_id)
}

/** `pack.put`: sites that may be opened in lessons from now on. */
export const putPack: Projection = ({ packs }, entry) => {
  packs.set(entry.object_id, readAfter(entry, packFacts))
}

/** `pack.remove`: lessons that use it lose its sites at once. */
export const removePack: Projection = ({ packs }, entry) => {
  packs.delete(entry.object_id)
}

/** `lesson.put`: what a teacher opens or closes for a class until the bell. */
export const putLesson: Projection = ({ lessons }, entry) => {
  lessons.set(entry.object_id, readAfter(entry, lessonFacts))
}

/** `lesson.end`: before the bell. */
export const endLesson: Projection = ({ lessons }, entry) => {
  lessons.delete(entry.object_id)
}

/** `site.put`: a site rule for a while. */
export const putSite: Projection = ({ sites }, entry) => {
  sites.set(entry.object_id, readAfter(entry, siteFacts))
}

/** `site.remove`: before its end. */
export const removeSite: Projection = ({ sites }, entry) => {
  sites.delete(entry.object_id)
}

/** `correction.put`: a list is wrong about a host. */
export const putCorrection: Projection = ({ corrections }, entry) => {
  corrections.set(entry.object_id, readAfter(entry, correctionFacts))
}

/** `correction.remove`: the lists are believed again. */
export const removeCorrection: Projection = ({ corrections }, entry) => {
  corrections.delete(entry.object_id)
}
