/** Registered values (IANA "DNS Parameters") and the bounds of the codec; each bound says what it is for. */

export const HEADER_OCTETS = 12

export const CLASS_IN = 1

export const TYPE_A = 1
export const TYPE_CNAME = 5
export const TYPE_SOA = 6
export const TYPE_HINFO = 13
export const TYPE_AAAA = 28
export const TYPE_DNAME = 39
export const TYPE_OPT = 41
export const TYPE_RRSIG = 46
export const TYPE_SVCB = 64
export const TYPE_HTTPS = 65
export const TYPE_ANY = 255

/** Client subnet (RFC 7871), as `dnsmasq --add-subnet=32,128` and others add it. */
export const OPTION_CLIENT_SUBNET = 8
/** Cisco Umbrella's (docs.umbrella.com, "Identifying DNS Traffic"), as `dnsmasq --umbrella` adds it. */
export const OPTION_UMBRELLA = 20_292

export const RCODE_NOERROR = 0
export const RCODE_FORMERR = 1
export const RCODE_SERVFAIL = 2
export const RCODE_NXDOMAIN = 3
export const RCODE_NOTIMP = 4
export const RCODE_REFUSED = 5
export const RCODE_YXDOMAIN = 6

/** Extended errors of RFC 8914 section 4 that the resolver itself gives. */
export const EDE_NONE = 0
export const EDE_STALE_ANSWER = 3
export const EDE_NOT_READY = 14
/** In a packed answer: refused by the filter that a zone is chained to. */
export const EDE_BLOCKED = 15
export const EDE_NO_REACHABLE_AUTHORITY = 22
export const EDE_NETWORK_ERROR = 23

/** Whole wire name with its length octets and the root (RFC 1035 section 2.3.4). */
export const MAX_WIRE_NAME_OCTETS = 255
/** Real names take one or two; a chain this long was made to cost us time. */
export const MAX_POINTERS = 32
/** A query carries OPT and perhaps TSIG or padding; more than this is somebody's experiment. */
export const MAX_ADDITIONAL_RECORDS = 8
/** RFC 1035 section 4.2.2: the length prefix of TCP has two octets. */
export const MAX_MESSAGE_OCTETS = 65_535
/** Without EDNS an answer over UDP stops here and says TC (RFC 1035 section 4.2.1). */
export const MAX_PLAIN_UDP_OCTETS = 512
/** What we take and give over EDNS: the least IPv6 MTU of 1280 less 48 of headers, so nothing fragments. */
export const EDNS_UDP_OCTETS = 1232
