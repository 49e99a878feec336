/** Where a listener ended up; closing waits until its socket is gone. */
export interface Bound extends AsyncDisposable {
  readonly host: string
  readonly port: number
}

export interface Endpoint {
  readonly host: string
  /** 0 for one that the system chooses. */
  readonly port: number
}

/** The part of a pino logger that the data path uses. */
export interface DnsLog {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
