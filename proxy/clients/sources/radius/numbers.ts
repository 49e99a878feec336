/** Codes of RFC 2866 and RFC 5176. */
export const ACCOUNTING_REQUEST = 4
export const ACCOUNTING_RESPONSE = 5
export const DISCONNECT_REQUEST = 40
export const DISCONNECT_ACK = 41
export const DISCONNECT_NAK = 42

/** Attributes that are read or written here, by their numbers at IANA. */
export const USER_NAME = 1
export const NAS_IP_ADDRESS = 4
export const FRAMED_IP_ADDRESS = 8
export const VENDOR_SPECIFIC = 26
export const CALLED_STATION_ID = 30
export const CALLING_STATION_ID = 31
export const NAS_IDENTIFIER = 32
export const PROXY_STATE = 33
export const ACCT_STATUS_TYPE = 40
export const ACCT_DELAY_TIME = 41
export const ACCT_SESSION_ID = 44
export const EVENT_TIMESTAMP = 55
export const MESSAGE_AUTHENTICATOR = 80
export const NAS_IPV6_ADDRESS = 95
export const FRAMED_INTERFACE_ID = 96
export const FRAMED_IPV6_PREFIX = 97
export const ERROR_CAUSE = 101
export const FRAMED_IPV6_ADDRESS = 168

/** IANA's enterprise number of Aruba and, of its attributes, the two that tell where an access point is. */
export const VENDOR_ARUBA = 14_823
export const ARUBA_LOCATION_ID = 6
export const ARUBA_AP_GROUP = 10
