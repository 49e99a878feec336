/** A failure at start-up that a person can mend; the message says what and where. */
export class GateRefused extends Error {
  override readonly name = 'GateRefused'
}
