/** Fields as `/api/s/default/stat/sta` of UniFi Network names them; no controller was at hand to capture from. */
export const STATION = {
  mac: '00:1b:63:00:00:07',
  ip: '10.1.0.7',
  last_ipv6: ['fd77:0::7'],
  hostname: 'jos-phone',
  essid: 'School',
  ap_mac: '78:8A:20:00:00:01',
  last_seen: 1_795_600_000,
  is_wired: false,
  '1x_identity': 'jo@school.example',
} as const

export const STATIONS = JSON.stringify({
  meta: { rc: 'ok' },
  data: [STATION, { mac: '00:1b:63:00:00:08', ip: '10.1.0.8', is_wired: true }],
})
