import { CATEGORY_ROWS } from './category-rows.ts'

/**
 * Who may loosen a category: SEALED nobody, LOCKED head and DSL together for named staff,
 * FLOOR with the DSL's approval, OPEN the network manager; ALWAYS can't be blocked.
 */
export type Lock = 'SEALED' | 'LOCKED' | 'FLOOR' | 'OPEN' | 'ALWAYS'

/** A allow, B block, W warn, R restrict (safe mode), T allow in social time, G block unless granted. */
export type TaxonomyAction = 'A' | 'B' | 'W' | 'R' | 'T' | 'G'

/** The five columns of the taxonomy; a profile names the one it starts from. */
export const AUDIENCES = ['primary', 'secondary', 'sixth', 'staff', 'visitor'] as const
export type Audience = (typeof AUDIENCES)[number]

export interface Category {
  /** Place in `CATEGORIES`; what compiled structures store. */
  readonly index: number
  readonly id: string
  readonly label: string
  readonly lock: Lock
  readonly defaults: Readonly<Record<Audience, TaxonomyAction>>
  readonly description: string
  readonly ut1: readonly string[]
}

export const CATEGORIES: readonly Category[] = CATEGORY_ROWS.map(
  ([id, label, lock, [primary, secondary, sixth, staff, visitor], description, ut1], index) => ({
    index,
    id,
    label,
    lock,
    defaults: { primary, secondary, sixth, staff, visitor },
    description,
    ut1,
  }),
)

const BY_ID: ReadonlyMap<string, Category> = new Map(CATEGORIES.map((c) => [c.id, c]))

export function findCategory(id: string): Category | undefined {
  return BY_ID.get(id)
}

/** For ids written in this code base; a misspelt one is a bug and throws at start-up. */
export function getCategory(id: string): Category {
  const category = BY_ID.get(id)
  if (category === undefined) throw new Error(`no category \`${id}\` in the taxonomy`)
  return category
}

export const UNCATEGORISED = getCategory('sec.uncategorised')
