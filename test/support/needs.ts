import { spawnSync } from 'node:child_process';
import { currentTest } from './current-test.ts';

/** Where programs are looked for; Debian keeps haproxy in a folder that is not on everybody's PATH. */
export const PROGRAM_PATH = `${process.env['PATH']}:/usr/sbin`;

/** What some tests need of the host. */
export type Need = keyof typeof NEEDS;

interface Requirement {
  readonly isMet: () => boolean;
  /** What is said of a test that is left out for want of it. */
  readonly reason: string;
  /** True when .ci/run installs it: then it is never missing there. False for rights that a host may not give. */
  readonly isInstalledByCi: boolean;
}

const NEEDS = {
  haproxy: program('haproxy', '-v'),
  strace: program('strace', '--version'),
  chromium: program('chromium', '--version'),
  tracing: right('this host traces no processes', 'strace', '-f', '-e', 'trace=fsync', 'true'),
  root: { isMet: () => process.getuid?.() === 0, reason: 'not run by root', isInstalledByCi: false },
  namespaces: right('this host makes no namespaces', 'unshare', '-n', 'true'),
} as const satisfies Record<string, Requirement>;

/**
 * To be called first in a test, or in `beforeEach`: leaves the test out, and says why, where the host lacks one of
 * these. In CI, which installs all programs, a missing program fails the test instead.
 */
export function needs(...wanted: readonly Need[]): void {
  const lacking = wanted.map((need): Requirement => NEEDS[need]).filter(({ isMet }) => !isMet());
  for (const { reason, isInstalledByCi } of lacking) {
    if (isInstalledByCi && process.env['CI']) throw new Error(`${reason}; .ci/run installs it`);
  }
  if (lacking.length > 0) currentTest().skip(lacking.map(({ reason }) => reason).join(', '));
}

function program(name: string, ...args: readonly string[]): Requirement {
  return { isMet: once(() => runs(name, ...args)), reason: `${name} is not installed`, isInstalledByCi: true };
}

function right(reason: string, name: string, ...args: readonly string[]): Requirement {
  return { isMet: once(() => runs(name, ...args)), reason, isInstalledByCi: false };
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
