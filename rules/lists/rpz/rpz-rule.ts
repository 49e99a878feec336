import { parseRange } from '../../addresses/ip-address.ts'
import { parseHostname } from '../../names/hostname.ts'
import type { ListLine } from '../list-line.ts'
import type { ZoneRecord } from './zone-text.ts'

/**
 * What a record of a response policy zone (draft-vixie-dnsop-dns-rpz) says to a list: the trigger is the
 * owner below `apex`, the policy is the data.
 *
 *     bad.example          CNAME .               that name          *.bad.example   what is below it
 *     good.bad.example     CNAME rpz-passthru.   never that name
 *     24.0.2.0.192.rpz-ip  CNAME .               answers with an address of 192.0.2.0/24
 *
 * NXDOMAIN, NODATA, DROP and addresses that block are all "listed": what a refused device sees is the
 * policy's to say. A rule that leads to another host is a map (of safe searches, say) and no list.
 */
export function rpzRuleOf({ owner, type, data }: ZoneRecord, apex: string): ListLine {
  const trigger = triggerOf(owner, apex)
  if (trigger === '') return { kind: 'nothing' }
  if (trigger === null) return problem(`not below the zone: \`${clip(owner)}\``)
  const effect = effectOf(type, data)
  if (typeof effect !== 'boolean') return effect
  const isException = effect
  if (trigger.endsWith('.rpz-ip'))
    return rangeRule(trigger.slice(0, -'.rpz-ip'.length), isException)
  if (/(?:^|\.)rpz-(?:client-ip|nsip|nsdname)$/.test(trigger)) return ignored('trigger')
  return nameRule(trigger, isException)
}

function triggerOf(owner: string, apex: string): string | null {
  if (owner === apex) return ''
  if (apex === '') return owner
  return owner.endsWith(`.${apex}`) ? owner.slice(0, -apex.length - 1) : null
}

/** True for an exception, false for a listed trigger, else the line that says why it is neither. */
function effectOf(type: string, data: readonly string[]): boolean | ListLine {
  const [value = ''] = data
  switch (type) {
    case 'CNAME':
      if (value === 'rpz-passthru.') return true
      if (value === 'rpz-tcp-only.') return ignored('tcp_only')
      return ['.', '*.', 'rpz-drop.'].includes(value) ? false : ignored('rewrite')
    case 'A':
      return ['0.0.0.0', '127.0.0.1'].includes(value) ? false : ignored('rewrite')
    case 'AAAA':
      return ['::', '::1'].includes(value) ? false : ignored('rewrite')
    default:
      return ignored('record')
  }
}

function nameRule(trigger: string, isException: boolean): ListLine {
  const isWildcard = trigger.startsWith('*.')
  const host = parseHostname(isWildcard ? trigger.slice(2) : trigger)
  if (host === undefined) return problem(`not a host name: \`${clip(trigger)}\``)
  if (isException) {
    return { kind: 'except', scope: isWildcard ? 'except_below' : 'except_host', host }
  }
  return { kind: 'hosts', scope: isWildcard ? 'below' : 'host', hosts: [host] }
}

/** `24.0.2.0.192`, `128.1.zz.db8.2001`: the length, then the address from its end; `zz` is `::`. */
function rangeRule(trigger: string, isException: boolean): ListLine {
  const [length = '', ...reversed] = trigger.split('.')
  const parts = reversed.reverse()
  const isV4 = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part))
  const address = isV4 ? parts.join('.') : parts.join(':').replace(/:?\bzz\b:?/, '::')
  const range = /^\d{1,3}$/.test(length) ? parseRange(`${address}/${length}`) : undefined
  if (range === undefined) return problem(`not a range of addresses: \`${clip(trigger)}.rpz-ip\``)
  return { kind: 'range', range, isException }
}

type Ignored = Extract<ListLine, { kind: 'ignored' }>

function ignored(reason: Ignored['reason']): ListLine {
  return { kind: 'ignored', reason }
}

function problem(message: string): ListLine {
  return { kind: 'problem', message }
}

function clip(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]|`/g, '?')
  return printable.length <= 80 ? printable : `${printable.slice(0, 80)}...`
}
