import { grantFacts, voucherFacts } from '../../governance/governance-state.ts'
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
