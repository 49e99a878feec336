import { parseHostname } from '../../rules/names/hostname.ts'
import { Meter } from '../metrics/meter.ts'
import { refusalsOf, type ChainedAnswer, type ChainedFilter } from './chained-filter.ts'
import { upstreamsOf } from './open-dns.ts'
import { ownQuery } from './own-query.ts'
import { Upstreams } from './upstreams.ts'
import { wireNameOf } from './wire/names.ts'
import { TYPE_A } from './wire/numbers.ts'
import { upstreamQuery } from './wire/upstream-query.ts'

/** What the other filter says of a host now, past every cache: for `explain`. Never rejects. */
export async function askChained(filter: ChainedFilter, host: string): Promise<ChainedAnswer> {
  const name = parseHostname(host)
  if (name === undefined) return 'lets through'
  const upstreams = new Upstreams(upstreamsOf(filter), new Meter())
  try {
    const { query, question } = ownQuery(wireNameOf(name), TYPE_A)
    const asked = upstreamQuery(query, question)
    const forwarded = await upstreams.ask(asked)
    if (forwarded.kind !== 'answer') return 'silent'
    const refuses = refusalsOf(filter)(forwarded.message, asked.questionEnd)
    return refuses ? 'refuses' : 'lets through'
  } finally {
    upstreams.close()
  }
}
