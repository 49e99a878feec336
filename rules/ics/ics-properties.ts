import ICAL from 'ical.js'

/** A property of a component: its parameters and values as text, recurrence rules as objects. */
export interface IcsProperty {
  readonly name: string
  readonly parameters: Readonly<Record<string, string>>
  /** `date`, `date-time`, `text`, `recur`, ... */
  readonly type: string
  readonly values: readonly unknown[]
}

export interface IcsComponent {
  readonly properties: readonly IcsProperty[]
  readonly components: readonly IcsComponent[]
}

/** A block of lines as a component, or what is wrong with it in the words of the parser. Never throws. */
export function icsComponent(
  lines: readonly string[],
): IcsComponent | { readonly problem: string } {
  try {
    const parsed: unknown = ICAL.parse(lines.join('\r\n'))
    return componentOf(parsed) ?? { problem: 'not a component' }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'cannot be read'
    return { problem: message.slice(0, MAX_PROBLEM) }
  }
}

/** The parser's words hold the line that it did not understand. */
const MAX_PROBLEM = 120

/** The first property of a name. */
export function propertyOf(component: IcsComponent, name: string): IcsProperty | undefined {
  return component.properties.find((property) => property.name === name)
}

/** Its first value where it is a text. */
export function textOf(component: IcsComponent, name: string): string | undefined {
  const value = propertyOf(component, name)?.values[0]
  return typeof value === 'string' ? value : undefined
}

/** jCal (RFC 7265): `[name, [[name, parameters, type, ...values]], [components]]`. */
function componentOf(value: unknown, depth = 0): IcsComponent | null {
  if (!Array.isArray(value) || depth > MAX_DEPTH) return null
  const [name, properties, components] = value as unknown[]
  if (typeof name !== 'string') return null
  return {
    properties: arrayOf(properties).flatMap((property) => propertyFrom(property)),
    components: arrayOf(components).flatMap((component) => componentOf(component, depth + 1) ?? []),
  }
}

/** A time zone has one level of components. */
const MAX_DEPTH = 2

function propertyFrom(value: unknown): IcsProperty[] {
  if (!Array.isArray(value)) return []
  const [name, parameters, type, ...values] = value as unknown[]
  if (typeof name !== 'string' || typeof type !== 'string') return []
  return [{ name, type, values, parameters: textsIn(parameters) }]
}

function textsIn(value: unknown): Readonly<Record<string, string>> {
  if (value === null || typeof value !== 'object') return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, text]: [string, unknown]) =>
      typeof text === 'string' ? [[key, text]] : [],
    ),
  )
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}
