import type { HostPattern } from '../policy/policy.ts'
import { GOOGLE_SUFFIXES, YANDEX_SUFFIXES } from './country-domains.ts'

/**
 * How a search engine or video site is held to harmless results. `host`: its maker serves them at
 * another host's addresses, whatever name is asked there, so an answer that points to it is enough.
 * `levels`: two such hosts. `always`: it has nothing else. `none`: no host does it; `only` says what
 * would (a parameter, a header or an account), for which the traffic would have to be inspected.
 */
export type SafeMode =
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'levels'; readonly strict: string; readonly moderate: string | null }
  | { readonly kind: 'always' }
  | { readonly kind: 'none'; readonly only: string | null }

export interface Engine {
  readonly id: string
  /** As people call it. */
  readonly name: string
  /** What it is in whether a list says so or not: nobody's list has all of Google's country domains. */
  readonly category: 'edu.search' | 'media.video_audio'
  readonly hosts: readonly HostPattern[]
  readonly mode: SafeMode
}

const SEARCH = 'edu.search'
const VIDEO = 'media.video_audio'

/** That host only: what else lives below `google.com` is mail and documents, not search. */
function hosts(...names: readonly string[]): readonly HostPattern[] {
  return names.map((host) => ({ host, scope: 'host' }))
}

function sites(...names: readonly string[]): readonly HostPattern[] {
  return names.map((host) => ({ host, scope: 'subtree' }))
}

function at(host: string): SafeMode {
  return { kind: 'host', host }
}

const ALWAYS: SafeMode = { kind: 'always' }

/**
 * Our own table, from what the makers publish; sources beside the rows, read in 2026-11. A host that
 * no row names is no engine to the gate. Where a row's host would not serve a name, the page does
 * not load: a mistake here closes and never opens.
 */
const ROWS: readonly Engine[] = [
  {
    // https://support.google.com/websearch/answer/186669: "www.google.com and any other country
    // domains" to forcesafesearch.google.com. The bare names redirect there; `images`, `ipv4` and the
    // like are the same search by other names, which the same addresses answer.
    id: 'google',
    name: 'Google',
    category: SEARCH,
    hosts: hosts(
      ...GOOGLE_SUFFIXES.flatMap((suffix) =>
        ['', 'www.', 'images.'].map((prefix) => `${prefix}google.${suffix}`),
      ),
      'encrypted.google.com',
      'ipv4.google.com',
      'ipv6.google.com',
      'video.google.com',
    ),
    mode: at('forcesafesearch.google.com'),
  },
  {
    // https://support.microsoft.com/topic/946059ed-992b-46a0-944a-28e8fb8f1814: www.bing.com, and
    // edgeservices.bing.com for what Edge shows beside a page.
    id: 'bing',
    name: 'Bing',
    category: SEARCH,
    hosts: hosts('bing.com', 'www.bing.com', 'edgeservices.bing.com'),
    mode: at('strict.bing.com'),
  },
  {
    // The edition for China has filters of its own and none of these.
    id: 'bing-china',
    name: 'Bing China',
    category: SEARCH,
    hosts: hosts('cn.bing.com'),
    mode: { kind: 'none', only: null },
  },
  {
    // https://duckduckgo.com/duckduckgo-help-pages/features/safe-search
    id: 'duckduckgo',
    name: 'DuckDuckGo',
    category: SEARCH,
    hosts: hosts('duckduckgo.com', 'www.duckduckgo.com', 'start.duckduckgo.com'),
    mode: at('safe.duckduckgo.com'),
  },
  {
    // Pages without scripts, which safe.duckduckgo.com doesn't serve.
    id: 'duckduckgo-lite',
    name: 'DuckDuckGo without scripts',
    category: SEARCH,
    hosts: hosts('html.duckduckgo.com', 'lite.duckduckgo.com', 'noai.duckduckgo.com'),
    mode: { kind: 'none', only: 'the parameter `kp=1`' },
  },
  {
    // https://support.google.com/a/answer/6214622: these five; the bare names lead to them. The hosts
    // of the two levels are in the table because a pupil could ask for the milder one by name.
    id: 'youtube',
    name: 'YouTube',
    category: VIDEO,
    hosts: hosts(
      'youtube.com',
      'www.youtube.com',
      'm.youtube.com',
      'youtubei.googleapis.com',
      'youtube.googleapis.com',
      'youtube-nocookie.com',
      'www.youtube-nocookie.com',
    ),
    mode: {
      kind: 'levels',
      strict: 'restrict.youtube.com',
      moderate: 'restrictmoderate.youtube.com',
    },
  },
  {
    id: 'youtube-moderate',
    name: 'YouTube in moderate mode',
    category: VIDEO,
    hosts: hosts('restrictmoderate.youtube.com'),
    mode: { kind: 'levels', strict: 'restrict.youtube.com', moderate: null },
  },
  {
    // Its player and its search are hosts of their own, which no level's host is documented for.
    id: 'youtube-music',
    name: 'YouTube Music',
    category: VIDEO,
    hosts: hosts('music.youtube.com'),
    mode: { kind: 'none', only: 'an account with restricted mode' },
  },
  {
    // https://ecosia.helpscoutdocs.com/article/174-does-ecosia-have-safe-search
    id: 'ecosia',
    name: 'Ecosia',
    category: SEARCH,
    hosts: hosts('ecosia.org', 'www.ecosia.org'),
    mode: at('strict-safe-search.ecosia.org'),
  },
  {
    id: 'pixabay',
    name: 'Pixabay',
    category: SEARCH,
    hosts: hosts('pixabay.com', 'www.pixabay.com'),
    mode: at('safesearch.pixabay.com'),
  },
  {
    // https://yandex.com/support/search/additional-features/adult-filter.html: 213.180.193.56, which is
    // this name's address; by name it is right when that changes, and for IPv6.
    id: 'yandex',
    name: 'Yandex',
    category: SEARCH,
    hosts: hosts(
      ...YANDEX_SUFFIXES.flatMap((suffix) => [`yandex.${suffix}`, `www.yandex.${suffix}`]),
      ...['ya.ru', 'www.ya.ru', 'xn--d1acpjx3f.xn--p1ai', 'www.xn--d1acpjx3f.xn--p1ai'],
    ),
    mode: at('familysearch.yandex.ru'),
  },
  {
    // requirements.md V09. https://search.brave.com/help/safesearch names forcesafe.search.brave.com
    // as well; both are its own.
    id: 'brave',
    name: 'Brave Search',
    category: SEARCH,
    hosts: hosts('search.brave.com'),
    mode: at('safe.search.brave.com'),
  },
  {
    // The pages are one host's and what they show is another's: this one brings the results.
    id: 'qwant',
    name: 'Qwant',
    category: SEARCH,
    hosts: hosts('api.qwant.com'),
    mode: at('safeapi.qwant.com'),
  },
  {
    id: 'qwant-lite',
    name: 'Qwant without scripts',
    category: SEARCH,
    hosts: hosts('lite.qwant.com'),
    mode: { kind: 'none', only: 'the parameter `safesearch=2`' },
  },
  {
    id: 'startpage',
    name: 'Startpage',
    category: SEARCH,
    hosts: hosts('startpage.com', 'www.startpage.com', 'eu.startpage.com', 'us.startpage.com'),
    mode: at('safe.startpage.com'),
  },
  {
    id: 'child-search',
    name: 'A search engine for children',
    category: SEARCH,
    hosts: sites(
      ...['kiddle.co', 'kidrex.org', 'kidzsearch.com', 'kidtopia.info', 'qwantjunior.com'],
      ...['safesearchkids.com', 'swiggle.org.uk', 'swisscows.com'],
    ),
    mode: ALWAYS,
  },
  {
    id: 'youtube-kids',
    name: 'YouTube Kids',
    category: VIDEO,
    hosts: sites('youtubekids.com'),
    mode: ALWAYS,
  },
  unheld('aol', 'AOL Search', [
    ...['search.aol.com', 'search.aol.co.uk', 'search.aol.ca'],
    ...['recherche.aol.fr', 'suche.aol.de'],
  ]),
  unheld('ask', 'Ask', ['ask.com']),
  unheld('baidu', 'Baidu', ['baidu.com']),
  unheld('dogpile', 'Dogpile', ['dogpile.com']),
  unheld('excite', 'Excite', ['results.excite.com', 'websearch.excite.co.jp']),
  unheld('gibiru', 'Gibiru', ['gibiru.com']),
  unheld('kagi', 'Kagi', ['kagi.com'], 'an account with safe search'),
  unheld('lycos', 'Lycos', ['lycos.com']),
  unheld('mail-ru', 'Mail.ru search', ['go.mail.ru']),
  unheld('marginalia', 'Marginalia', ['marginalia.nu', 'marginalia-search.com']),
  unheld('metacrawler', 'MetaCrawler', ['metacrawler.com']),
  unheld('metager', 'MetaGer', ['metager.org', 'metager.de']),
  unheld('mojeek', 'Mojeek', ['mojeek.com', 'mojeek.co.uk'], 'the parameter `safe=1`'),
  unheld('naver', 'Naver', ['search.naver.com']),
  unheld('presearch', 'Presearch', ['presearch.com', 'presearch.org']),
  unheld('qihoo', '360 Search', ['so.com']),
  unheld('rambler', 'Rambler', ['nova.rambler.ru']),
  unheld('searx', 'SearXNG', ['searx.be', 'searx.space', 'searx.tiekoetter.com', 'priv.au']),
  unheld('seznam', 'Seznam', ['search.seznam.cz']),
  unheld('sogou', 'Sogou', ['sogou.com']),
  unheld('webcrawler', 'WebCrawler', ['webcrawler.com', 'info.com']),
  unheld('wiby', 'Wiby', ['wiby.me', 'wiby.org']),
  unheld(
    'yahoo',
    'Yahoo Search',
    ['search.yahoo.com', 'search.yahoo.co.jp'],
    'the parameter `vm=r`',
  ),
  unheld('yep', 'Yep', ['yep.com']),
  unheld('you', 'You.com', ['you.com']),
  {
    // LGfL advises schools to keep it off for pupils (requirements.md section 4, media.video_audio).
    id: 'vimeo',
    name: 'Vimeo',
    category: VIDEO,
    hosts: sites('vimeo.com'),
    mode: { kind: 'none', only: 'an account with a mature-content filter' },
  },
  {
    id: 'dailymotion',
    name: 'Dailymotion',
    category: VIDEO,
    hosts: sites('dailymotion.com'),
    mode: { kind: 'none', only: 'a cookie of its family filter' },
  },
]

function unheld(id: string, name: string, names: readonly string[], only?: string): Engine {
  const mode: SafeMode = { kind: 'none', only: only ?? null }
  return { id, name, category: SEARCH, hosts: sites(...names), mode }
}

/** Every engine, and the hosts of their safe modes, which are safe themselves. No host is in two rows. */
export const ENGINES: readonly Engine[] = [...ROWS, ...safeHosts(ROWS)]

function safeHosts(rows: readonly Engine[]): readonly Engine[] {
  const taken = new Set(rows.flatMap((row) => row.hosts.map(({ host }) => host)))
  return rows.flatMap((row) => {
    const own = targetsOf(row.mode).filter((host) => !taken.has(host))
    own.forEach((host) => taken.add(host))
    if (own.length === 0) return []
    return [{ ...row, id: `${row.id}-safe`, hosts: hosts(...own), mode: ALWAYS }]
  })
}

function targetsOf(mode: SafeMode): readonly string[] {
  switch (mode.kind) {
    case 'host':
      return [mode.host]
    case 'levels':
      return [mode.strict, ...(mode.moderate === null ? [] : [mode.moderate])]
    case 'always':
    case 'none':
      return []
  }
}
