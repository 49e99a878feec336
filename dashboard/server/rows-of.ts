/** A map of the register as a page takes it: rows with their id. */
export function rowsOf<T extends object>(
  rows: ReadonlyMap<string, T>,
): readonly (T & { readonly id: string })[] {
  return [...rows].map(([id, row]) => ({ ...row, id }))
}
