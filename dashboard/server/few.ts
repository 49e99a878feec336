const FEW = 5

/** For whoever sees sums alone: he must not learn of one child from them (V38). */
export function atMostFew(count: number): number | string {
  return count > 0 && count < FEW ? `<${FEW}` : count
}
