import { spawnSync } from 'node:child_process';
import { canHoldProgram } from '../../src/packaging/binary/host-node.ts';
import { hasCleanTree } from '../packaging/debian/clean-tree.ts';
import { hasMirror } from '../packaging/debian/debian-mirror.ts';
import { officialClient } from '../sandbox/support/official-client.ts';
import { currentTest } from './current-test.ts';
import { REASON_BREAK } from './result-reporter.ts';

/** Where programs are looked for; Debian keeps haproxy in a folder that is not on everybody's PATH. */
export const PROGRAM_PATH = `${process.env['PATH']}:/usr/sbin`;

/** The real Consul: the one on PATH, unless CONSUL says which. */
export const CONSUL = process.env['CONSUL'] ?? 'consul';

/** The real API server of Kubernetes: the one on PATH, unless KUBE_APISERVER says which. */
export const KUBE_APISERVER = process.env['KUBE_APISERVER'] ?? 'kube-apiserver';

/** What some tests need of the host. */
export type Need = keyof typeof NEEDS;

interface Requirement {
  readonly isMet: () => boolean;
  /** What is said of a test that is left out for want of it. */
  readonly reason: string;
  /** Why it is never missing in CI; null for rights that a host may not give. */
  readonly inCi: string | null;
}

const INSTALLED = '.ci/run installs it';

const NEEDS = {
  haproxy: program('haproxy', '-v'),
  etcd: program('etcd', '--version'),
  etcdctl: program('etcdctl', 'version'),
  consul: {
    isMet: once(() => runs(CONSUL, 'version')),
    reason: `Consul is not installed (${CONSUL})`,
    // The sandbox's has been shown to answer as it does.
    inCi: null,
  },
  'kube-apiserver': {
    isMet: once(() => runs(KUBE_APISERVER, '--version')),
    reason: `kube-apiserver is not installed (${KUBE_APISERVER})`,
    // The same as with Consul's.
    inCi: null,
  },
  strace: program('strace', '--version'),
  chromium: program('chromium', '--version'),
  faketime: program('faketime', '-f', '+0', 'true'),
  'dpkg-deb': program('dpkg-deb', '--version'),
  lintian: program('lintian', '--version'),
  man: program('man', '--version'),
  bash: program('bash', '--version'),
  flock: program('flock', '--version'),
  bind: program('named', '-v'),
  jq: program('jq', '--version'),
  curl: program('curl', '--version'),
  'prometheus-client': program('/usr/bin/python3', '-c', 'import prometheus_client'),
  promtool: { ...program('promtool', '--version'), inCi: null },
  script: program('script', '--version'),
  logrotate: program('logrotate', '--version'),
  'systemd-analyze': program('systemd-analyze', '--version'),
  tracing: right('this host traces no processes', 'strace', '-f', '-e', 'trace=fsync', 'true'),
  root: { isMet: () => process.getuid?.() === 0, reason: 'not run by root', inCi: null },
  namespaces: right('this host makes no namespaces', 'unshare', '-n', 'true'),
  overlays: right(
    'this host stacks no folders',
    'unshare',
    '-m',
    'sh',
    '-ec',
    'mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w && mount -t overlay -o lowerdir=/etc,upperdir=/mnt/u,workdir=/mnt/w overlay /etc',
  ),
  trees: {
    isMet: once(() => process.getuid?.() === 0 && runs('unshare', '-mpfun', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt')),
    reason: 'a Debian tree of its own needs root and namespaces',
    inCi: 'CI has both',
  },
  debootstrap: program('debootstrap', '--version'),
  mirror: {
    isMet: once(() => hasCleanTree() || hasMirror()),
    reason: 'Debian’s packages cannot be had from here',
    inCi: 'CI reaches them',
  },
  'yt-client': {
    isMet: () => officialClient() !== null,
    reason: 'YT’s official Python client cannot be had here (python3, pip and PyPI)',
    inCi: '.ci/run installs the first two, and CI reaches the third',
  },
  bench: {
    isMet: () => false,
    reason: 'nothing opens it for the conformance suite: give it a row or a bench (docs/contributing.md)',
    inCi: 'what ships has one',
  },
  executable: {
    isMet: once(() => canHoldProgram(process.execPath)),
    reason: 'this Node cannot hold a program (Debian’s cannot, that of nodejs.org can)',
    inCi: null,
  },
} as const satisfies Record<string, Requirement>;

/**
 * To be called first in a test, or in `beforeEach`: leaves the test out, and says why, where the host lacks one of
 * these. In CI, which has all programs, a missing one fails the test instead.
 */
export function needs(...wanted: readonly Need[]): void {
  const lacking = wanted.map((need): Requirement => NEEDS[need]).filter(({ isMet }) => !isMet());
  for (const { reason, inCi } of lacking) {
    if (inCi !== null && process.env['CI']) throw new Error(`${reason}; ${inCi}`);
  }
  if (lacking.length > 0) currentTest().skip(lacking.map(({ reason }) => reason).join(REASON_BREAK));
}

/** Whether the host has all of these. */
export function has(...wanted: readonly Need[]): boolean {
  return wanted.every((need) => NEEDS[need].isMet());
}

function program(name: string, ...args: readonly string[]): Requirement {
  return { isMet: once(() => runs(name, ...args)), reason: `${name} is not installed`, inCi: INSTALLED };
}

function right(reason: string, name: string, ...args: readonly string[]): Requirement {
  return { isMet: once(() => runs(name, ...args)), reason, inCi: null };
}

function runs(name: string, ...args: readonly string[]): boolean {
  return spawnSync(name, args, { stdio: 'ignore', env: { ...process.env, PATH: PROGRAM_PATH } }).status === 0;
}

function once(look: () => boolean): () => boolean {
  let seen: boolean | null = null;
  return () => {
    seen ??= look();
    return seen;
  };
}
