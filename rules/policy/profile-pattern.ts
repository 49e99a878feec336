/** Profile ids that match the patterns; `staff_*` is every id that begins with `staff_`. */
export function expandProfiles(patterns: readonly string[], ids: readonly string[]): string[] {
  return ids.filter((id) => patterns.some((pattern) => matches(pattern, id)))
}

/** `expandProfiles` over the same ids again and again: thousands of rules name the same few profiles. */
export function profileExpander(
  ids: readonly string[],
): (patterns: readonly string[]) => readonly string[] {
  const known = new Map<string, readonly string[]>()
  return (patterns) => {
    // No id or pattern has a line feed in it.
    const key = patterns.join('\n')
    const expanded = known.get(key) ?? expandProfiles(patterns, ids)
    known.set(key, expanded)
    return expanded
  }
}

function matches(pattern: string, id: string): boolean {
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : pattern === id
}

/** Ids that a rule's `profile` may mean: `{phase}_lesson` is one for each phase of the school. */
export function expandPhase(template: string, phases: readonly string[]): string[] {
  return template.includes(PHASE) ? phases.map((phase) => withPhase(template, phase)) : [template]
}

const PHASE = '{phase}'

export function withPhase(template: string, phase: string): string {
  return template.replace(PHASE, phase)
}

export function needsPhase(template: string): boolean {
  return template.includes(PHASE)
}
