import type { PolicyDocument } from '../policy/policy-schema.ts'
import { unknown, windowNames, type Report } from '../policy/unknown-name.ts'
import { octetsOf } from './bandwidth-of-document.ts'

type ClassDocument = NonNullable<PolicyDocument['bandwidth']>['classes'][string]

/** What a well-formed `bandwidth`, and the profiles that name its classes, still get wrong. */
export function checkBandwidth(document: PolicyDocument, report: Report): void {
  checkNames(document, report)
  const { classes = {}, heavy_talker: heavy } = document.bandwidth ?? {}
  const periods = ['day', 'week', ...windowNames(document)]
  for (const [id, one] of Object.entries(classes))
    checkClass(one, periods, { path: ['bandwidth', 'classes', id], report })
  if (heavy !== undefined) checkSize(heavy.size, ['bandwidth', 'heavy_talker', 'size'], report)
}

function checkNames(document: PolicyDocument, report: Report): void {
  const classes = Object.keys(document.bandwidth?.classes ?? {})
  for (const [id, { bandwidth, only }] of Object.entries(document.profiles)) {
    if (bandwidth === undefined) continue
    const path = ['profiles', id, 'bandwidth']
    if (!classes.includes(bandwidth)) report(path, unknown('bandwidth class', bandwidth, classes))
    // An exam, a glucose monitor and an update that mends a device do not wait for anybody.
    if (only !== undefined) report(path, 'a profile with `only` is never throttled')
  }
}

function checkClass(
  { down_mbps: down, up_mbps: up, quota }: ClassDocument,
  periods: readonly string[],
  { path, report }: { readonly path: readonly string[]; readonly report: Report },
): void {
  if (down === undefined && up === undefined && quota === undefined)
    report([...path], 'a class has at least one of `down_mbps`, `up_mbps` and `quota`')
  if (quota === undefined) return
  if (!periods.includes(quota.per))
    report([...path, 'quota', 'per'], unknown('period or window', quota.per, periods))
  checkSize(quota.size, [...path, 'quota', 'size'], report)
  if ((quota.then === 'throttle') !== (quota.throttle_mbps !== undefined))
    report([...path, 'quota'], '`then: throttle` and `throttle_mbps` belong together')
}

function checkSize(size: string, path: readonly (string | number)[], report: Report): void {
  if (octetsOf(size) === undefined)
    report([...path], `\`${size.slice(0, 40)}\` is no size: write \`500 MiB\` or \`2 GiB\``)
}
