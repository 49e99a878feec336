/** An answer that is no success, in the server's own words. */
export class Problem extends Error {
  readonly status: number
  readonly type: string
  readonly fields: readonly { readonly path: string; readonly message: string }[]

  constructor(
    status: number,
    body: Partial<Pick<Problem, 'type' | 'fields'>> & { detail?: string },
  ) {
    super(body.detail ?? 'The dashboard does not answer. Try again in a moment.')
    this.status = status
    this.type = body.type ?? 'unreachable'
    this.fields = body.fields ?? []
  }
}

let csrf = ''
let onLocked: (reason: 'idle' | 'signed_out') => void = () => undefined

/** Told when a request shows that nobody is signed in any more. */
export function whenLocked(listener: typeof onLocked): void {
  onLocked = listener
}

interface Options {
  /** The page asks by itself: no activity of a person. */
  readonly background?: boolean
}

/** One request to the admin API, a file as it is, all else as JSON; throws `Problem`. */
export async function api<T>(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  body?: unknown,
  { background = false }: Options = {},
): Promise<T> {
  const headers: Record<string, string> = { 'x-csrf-token': csrf }
  if (background) headers['x-background'] = '1'
  const isFile = body instanceof File
  if (body !== undefined) headers['content-type'] = isFile ? typeOfFile(body) : 'application/json'
  const sent = isFile ? body : JSON.stringify(body)
  const init = { method, headers, ...(body !== undefined && { body: sent }) }
  const response = await fetch(url, init).catch(() => {
    throw new Problem(0, {})
  })
  if (response.status === 204) return undefined as T
  const answer = (await response.json().catch(() => ({}))) as T & Known
  if (!response.ok) throw problemOf(response.status, answer, url)
  if (typeof answer.csrf === 'string') csrf = answer.csrf
  if (typeof answer.now === 'string') offsetMs = Date.parse(answer.now) - Date.now()
  return answer
}

/** By its name: what a browser says of a file depends on which programs are installed. */
function typeOfFile({ name }: File): string {
  return name.toLowerCase().endsWith('.zip') ? 'application/zip' : 'text/csv'
}

/** The gate's time, epoch ms: `--clock` may have moved it, and a school's laptops are off by minutes. */
export function gateNow(): number {
  return Date.now() + offsetMs
}

interface Known {
  readonly csrf?: string
  readonly now?: string
  readonly type?: string
}

let offsetMs = 0

function problemOf(status: number, answer: Known, url: string): Problem {
  const isDoor = url.startsWith('/api/session') || url.startsWith('/api/setup')
  if (status === 401 && !isDoor) onLocked(answer.type === 'idle' ? 'idle' : 'signed_out')
  return new Problem(status, answer)
}

/** For a query that a page repeats by itself. */
export function read<T>(url: string, background = false): Promise<T> {
  return api<T>('GET', url, undefined, { background })
}
