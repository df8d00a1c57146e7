import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import type { Ended } from '../../support/built-program.ts';
import { afterwards } from '../../support/current-test.ts';
import { has, needs } from '../../support/needs.ts';
import { cleanTree } from './clean-tree.ts';

/** A balancer node: a clean Debian tree whose changes are kept in memory, with its own processes, host name and loopback. */
export interface Node {
  /** Runs a shell script as root with a bare environment, and waits for its end. */
  sh(script: string, options?: ShellOptions): Promise<Ended>;
  /** The same, without waiting. */
  start(script: string, options?: ShellOptions): Started;
  /** The same as `sh`, but anything but 0 is a failure of the test; answers what was printed on stdout. */
  ok(script: string, options?: ShellOptions): Promise<string>;
  /** Where a file of the node is on this host. */
  path(file: string): string;
  read(file: string): string;
  /** Writes a file, and its folder. */
  write(file: string, text: string): Promise<void>;
  /** Copies what was changed in it since it was started, and its /run, to a folder of this host. */
  keep(folder: string): void;
}

export interface ShellOptions {
  readonly env?: Readonly<Record<string, string>>;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** All that it has printed so far. */
  readonly printed: () => string;
}

const ENVIRONMENT = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LC_ALL: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
};

/** $1: the clean tree, $2: the mount point, $3: host name, $4: what to begin with, as `keep` left it, or nothing. Its last process collects the dead, as any pid 1 must. */
const BOOT = `
set -eu
umask 022
mount -t tmpfs tmpfs "$2"
mkdir "$2/changes" "$2/work" "$2/system"
mount -t overlay -o "lowerdir=\${4:+$4/changes:}$1,upperdir=$2/changes,workdir=$2/work" overlay "$2/system"
mount -t proc proc "$2/system/proc"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$2/system/dev/pts"
mount -t tmpfs -o mode=755 tmpfs "$2/system/run"
mkdir -m 1777 "$2/system/run/lock"
[ -z "$4" ] || cp -a "$4/run/." "$2/system/run"
hostname "$3"
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$2/system" sh -c 'ip link set lo up; echo up; sleep infinity & wait'
`;

const NEEDED = ['trees', 'debootstrap', 'mirror'] as const;

/** The first one to come here waits for a whole Debian to be installed, and may do that longer than a test may take. */
beforeAll(async () => void (has(...NEEDED) && (await cleanTree())), 400_000);

/** Starts a node that ends with the test, and leaves nothing behind. */
export async function startNode(hostName = 'localhost', begun = ''): Promise<Node> {
  needs(...NEEDED);
  const { root, mountPoint } = await cleanTree();
  const boot = ['-mpfun', '--kill-child', 'sh', '-c', BOOT, 'sh', root, mountPoint, hostName, begun];
  const holder = spawn('unshare', boot, { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(holder, 'close');
  afterwards(async () => {
    holder.kill('SIGKILL');
    await gone;
  });
  await Promise.race([once(holder.stdout, 'data'), gone]);
  if (holder.exitCode !== null) throw new Error('the node cannot be started');
  const init = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').trim();
  const keep = (folder: string) => {
    const copy = `mkdir "$2"; cp -a "$1/changes" "$1/system/run" "$2"`;
    execFileSync('nsenter', ['-t', `${holder.pid}`, '-m', 'sh', '-euc', copy, 'sh', mountPoint, folder]);
  };
  return { ...nodeOf(init), keep };
}

function nodeOf(init: string): Omit<Node, 'keep'> {
  const path = (file: string) => join('/proc', init, 'root', file);
  const start = (script: string, { env = {} }: ShellOptions = {}): Started => {
    const child = spawn('nsenter', ['-t', init, '-m', '-p', '-u', '-n', '-r', '-w', 'sh', '-c', script], {
      env: { ...ENVIRONMENT, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdin.end();
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stdout, stderr }));
    return { child, ended, printed: () => stdout + stderr };
  };
  const sh: Node['sh'] = (...how) => start(...how).ended;
  const ok: Node['ok'] = async (script, options) => {
    const { code, stdout, stderr } = await sh(script, options);
    if (code !== 0) throw new Error(`${script}\nended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  };
  return {
    sh,
    start,
    ok,
    path,
    read: (file) => readFileSync(path(file), 'utf8'),
    async write(file, text) {
      await ok(`mkdir -p "$(dirname '${file}')" && printf %s "$TEXT" > '${file}'`, { env: { TEXT: text } });
    },
  };
}
