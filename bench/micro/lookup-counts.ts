import { LookupCounts } from '../../proxy/dns/tunnels/lookup-counts.ts'
import { scriptedPlane } from '../../test/support/scripted-plane.ts'
import { dnscatNames } from '../../test/support/tunnel-names.ts'
import { wireName } from '../../test/support/wire-name.ts'
import { measure } from './measure.ts'

/** What looking for tunnels adds to each name that is let through. */
const counts = new LookupCounts()
const subject = scriptedPlane().subjectAt('10.1.0.7')
const note = (name: Uint8Array): void => {
  counts.note(subject, name, 0)
}
const short = Array.from({ length: 500 }, (_, n) => wireName(`www.site${n}.example`))
const long = Array.from({ length: 500 }, (_, n) => wireName(`assets-cdn-${n}.media.site.example`))
const tunnel = dnscatNames('t.example', 500).map(wireName)

measure('tunnels: a short name, passed over', short, note)
measure('tunnels: a long name that was seen before', long, note)
measure('tunnels: a name made of data, seen before', tunnel, note)
