/** What of a request the decision asks: the host and, from the first slash on, the path with its query. */
export interface RequestTarget {
  readonly host: string
  readonly path: string
}

/** A URL, `host/path` or a bare name. What is none of these is judged as a name nobody lists. */
export function requestTarget(text: string): RequestTarget {
  const url = parse(text)
  if (url === null) return { host: text, path: '/' }
  return { host: url.hostname, path: url.pathname + url.search }
}

/** Whether `requestTarget` finds a host in it. */
export function isRequestTarget(text: string): boolean {
  return (parse(text)?.hostname ?? '') !== ''
}

function parse(text: string): URL | null {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? URL.parse(text) : URL.parse(`http://${text}`)
}
