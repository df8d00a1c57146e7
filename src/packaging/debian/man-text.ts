import { CATALOG } from '../../settings/catalog.ts';
import { configKey } from '../../settings/keys.ts';

/** What the man page says besides its tables. Words `in backticks` are to be typed as they are. */
export const DESCRIPTION: readonly string[] = [
  `\`watcher\` runs every five minutes on every HAProxy balancer node. It compares the pods that HAProxy was configured
  with to those that service discovery knows now, and refreshes HAProxy when pods were added or renamed: one node of the
  cluster at a time, under a distributed lock.`,
  `It does not refresh while the handbrake is pulled, on an answer of service discovery that it cannot trust, for a
  change that it has not seen twice, or with a lock that it cannot confirm. One process is one run, and a run that
  finds another one on its node ends at once. A run is silent unless it failed; on a terminal it shows what it waits
  for. The log has all of it.`,
  `Nothing that a run leaves behind needs to be cleaned up, however it ended. When in doubt, pull the handbrake.`,
];

/** Said of the defaults that follow it. */
export const PACKAGED = `The package's configuration sets ${['run_lock_file', 'stat_file', 'record_dir'].map((name) => `\`${name}\``).join(', ')} and the path of the lock; what follows are the defaults without it.`;

/** A path, then what is said of it. */
export const FILES: readonly (readonly [path: string, ...lines: string[]])[] = [
  [
    configKey.default,
    'The configuration, a flat map in YAML.',
    'Rendered when the package is configured, and yours to edit: it is never overwritten without a question.',
  ],
  ['/etc/yandex/market-watcher/watcher.tmpl', 'What it is rendered from.'],
  [
    '/etc/yandex/environment.type',
    'The environment of this node in one word, such as stable: the first half of the name of the cluster lock.',
  ],
  [
    '/etc/yandex/market-watcher/cluster',
    'The cluster of this node in one word, such as mslb: the other half. Without it the host name says.',
    'After a change of either: `dpkg-reconfigure yandex-market-watcher`.',
  ],
  ['/etc/yandex/market-watcher/handbrake', 'While it exists, nothing is refreshed.'],
  [
    '/etc/cron.d/yandex-market-watcher',
    'Starts the runs, unless the systemd timer `yandex-market-watcher.timer` is enabled or active.',
  ],
  [CATALOG.keys.primerJsonFile.default, 'What HAProxy was configured with.'],
  [CATALOG.keys.logFile.default, 'The log.'],
  [
    '/var/lib/yandex/market-watcher/',
    'The statistics, what one run leaves for the next, and the recordings of the last runs.',
  ],
  ['/run/yandex-market-watcher/watcher.pid', 'The run lock. Never remove it: the kernel knows who has it.'],
];

export const ENVIRONMENT: readonly (readonly [name: string, ...lines: string[]])[] = [
  [
    'WATCHER_*',
    'A value for a key, see OPTIONS; empty counts as not set. A flag wins over the environment, the environment over the file, the file over the default. An unknown variable is a mistake.',
  ],
  ['PATH', 'Where the commands that refresh HAProxy and ask for the handbrake are looked for.'],
  [
    'NO_COLOR, TERM',
    'The live line on a terminal has no colours where `NO_COLOR` is set; there is none if TERM is dumb.',
  ],
  [
    'WATCHER_RUN_ID, WATCHER_REASON, WATCHER_DEADLINE',
    'Not read, but set for the commands: the run, why it refreshes (changed or forced), and when it must be over, in Unix seconds. Of the rest of the environment commands get `HOME`, `LANG`, `LC_*`, `TZ`, `USER`, `LOGNAME`, `SHELL` and `PATH`, and nothing else.',
  ],
];

/** What for, and what to type. */
export const EXAMPLES: readonly (readonly [what: string, text: string])[] = [
  ['The settings in force, each with its origin:', 'watcher config'],
  [
    'Compare now, also with the handbrake engaged, and refresh nothing:',
    'watcher --dry_run --handbrake_command=true --log_file -',
  ],
  ['Stop all refreshes of this node, and allow them again:', handbrake()],
  ['Refresh now, although nothing has changed:', 'watcher --force_run'],
  ['Why the last run did, or did not, refresh:', 'watcher explain'],
];

export const SEE_ALSO: readonly string[] = [
  '`haproxy`(1), `systemctl`(1), `cron`(8), `logrotate`(8)',
  '/usr/share/doc/yandex-market-watcher/README.Debian: cron or systemd, where the configuration comes from, and what a removal leaves.',
  '/usr/share/doc/yandex-market-watcher/operating.md: outcomes and what to do about them, the log, the statistics.',
];

function handbrake(): string {
  const file = '/etc/yandex/market-watcher/handbrake';
  return `touch ${file}\nrm ${file}`;
}
