import { SOURCES } from '../../../discovery/index.ts';
import { LOCKS } from '../../../locks/index.ts';
import type { Flavour } from './flavour.ts';

const LOCK = `# Which service keeps the cluster lock: ${Object.keys(LOCKS).join(', ')}; file is for one host alone. Its own
# settings are in watcher(8). All nodes that share a lock name the same, in words that each of these services takes.
lock: etcd
lock_name: watcher/@ENV_TYPE@.@CLUSTER@

# Which service discovery is asked: ${Object.keys(SOURCES).join(', ')}.
source: file
`;

const OWN_SETTINGS = `#etcd_endpoints: [http://127.0.0.1:2379]
#source_file: /etc/haproxy-watcher/discovery.json
#primer_json_file: /var/lib/haproxy-watcher/primer.json
`;

/** For everyone else: no path and no default is anybody's own. */
export const neutral: Flavour = {
  packageName: 'haproxy-watcher',
  defaults: { source: 'file', lock: 'etcd' },
  words: [
    // The lock, and how the maintainer scripts know its line.
    [
      '# All nodes that share a lock name the same.\nyt_lock_path: //home/market_sre/watcher/@ENV_TYPE@/@CLUSTER@\n',
      LOCK,
    ],
    ['#yt_proxy: locke.yt.yandex-team.ru\n#yt_token_path: /etc/datasources/yt_token.sh\n', OWN_SETTINGS],
    ['lock_name=yt_lock_path', 'lock_name=lock_name'],
    ["lock_key='^yt_\\(lock_\\)\\{0,1\\}path[[:space:]]*:'", "lock_key='^lock_name[[:space:]]*:'"],
    ["lock_value='//*'", "lock_value='?*'"],
    ['//home/market_sre/watcher/ENV_TYPE/CLUSTER', 'watcher/ENV_TYPE.CLUSTER'],
    [
      "yt_lock_path means the program's default, a lock for development, which the\nnodes of no cluster share: leave",
      'lock_name names no lock, and no run starts: leave',
    ],
    ['The line of yt_lock_path alone', 'The line of lock_name alone'],
    ['is yt_path right?', 'is lock_name right?'],
    ['//home/market_sre/', '//home/'],
    ['/etc/datasources/yt_token.sh', '/etc/haproxy-watcher/yt_token'],

    // Paths.
    [
      '/etc/yandex/market-watcher /etc/yandex /var/lib/yandex \\\n        /var/log/yandex/market /var/log/yandex',
      '/etc/haproxy-watcher',
    ],
    ['/etc/yandex/environment.type', '/etc/haproxy-watcher/environment'],
    ['/etc/yandex/market-watcher', '/etc/haproxy-watcher'],
    ['etc/yandex/market-watcher', 'etc/haproxy-watcher'],
    ['/var/lib/yandex/market-watcher', '/var/lib/haproxy-watcher'],
    ['/var/lib/yandex/market/haproxy/endpoints/yp.json', '/var/lib/haproxy-watcher/primer.json'],
    ['/var/log/yandex/market/watcher', '/var/log/haproxy-watcher'],
    ['YANDEX_MARKET_WATCHER', 'HAPROXY_WATCHER'],
    ['yandex-market-watcher', 'haproxy-watcher'],

    // Examples.
    ['mslb, fslb, rslb or sslb', 'weblb, applb or apilb'],
    ['mslb', 'weblb'],
    ['sslb', 'applb'],
    ['market-front', 'shop-front'],
    ['locke.yt.yandex-team.ru', 'yt.example.net'],
    ['.yt.yandex.net', '.yt.example.net'],
    ['sd.yandex.net', 'yp.example.net'],
    ['yp-c.yandex.net', 'example.net'],
    [", or YP.SD, the one of Yandex's container cloud", ', or YP.SD'],
    ["Yandex's storage system", 'a storage system'],
    ['source=yp lock=yt', 'source=consul lock=etcd'],
    ['# yp asks service discovery at yp_url', '# consul, kubernetes, dns and command ask others'],
    ['`npm run deb` makes', '`npm run deb -- --flavour neutral` makes'],
    ['`npm run deb -- --version VERSION-2`', '`npm run deb -- --flavour neutral --version VERSION-2`'],
  ],
  leavesOut: ['docs/sandbox.md'],
  forbidden: /yandex|market_sre|mslb/i,
};
