/** Where devices reach the gate's DNS over HTTPS, as `--server` says it. */
export interface DohPlace {
  readonly host: string
  /** `https://dns.school.example`, with a port where it is another than 443. */
  readonly origin: string
}

/** A text is what is wrong. */
export function readPlace(server: string): DohPlace | string {
  const url = URL.parse(server)
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '')
    return '--server is the address of the gate, as in https://dns.school.example'
  if (url.search !== '' || url.hash !== '' || !['/', '/dns-query'].includes(url.pathname))
    return '--server is the address alone: the path is the gate’s own'
  return { host: url.hostname, origin: url.origin }
}

/** A device's own address; `token` may also be a placeholder of Chrome's. */
export function addressOf({ origin }: DohPlace, token: string): string {
  return `${origin}/dns-query/${token}`
}
