import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { debianMirror, SUITE } from './debian-mirror.ts';

/** A Debian as small as it can be installed, with what the package depends on or recommends. Nothing writes into it. */
export interface CleanTree {
  readonly root: string;
  /** An empty folder, for others to mount on. */
  readonly mountPoint: string;
}

const DAY_MS = 86_400_000;

/** cron is not among what debootstrap installs, as it would want systemd then. */
const PACKAGES = [
  'nodejs',
  'cron',
  'logrotate',
  'ucf',
  'iproute2',
  'systemd-standalone-sysusers',
  'systemd-standalone-tmpfiles',
];

/** $1: where to build, $2: where it shall be, $3: mirror. Run under a lock, and in namespaces of its own. */
const BUILD = `
set -eu
umask 022
[ ! -e "$2" ] || exit 0
find "$(dirname "$2")" -mindepth 1 -maxdepth 1 -name '*.building' -exec rm -rf {} +
find "$(dirname "$2")" -mindepth 1 -maxdepth 1 -name 'tree-*' -mtime +1 -exec rm -rf {} +
mkdir -p "$1/system" "$1/mount-point"
debootstrap --variant=minbase ${SUITE} "$1/system" "$3"
mount -t proc proc "$1/system/proc"
chroot "$1/system" apt-get install -y -qq --no-install-recommends ${PACKAGES.join(' ')}
umount "$1/system/proc"
chroot "$1/system" apt-get clean
rm -rf "$1/system"/var/lib/apt/lists/*
touch "$1"
mv "$1" "$2"
`;

const FOLDER = join(tmpdir(), `watcher-debian-${process.getuid?.()}`);

let tree: Promise<CleanTree> | null = null;

/** The tree, built when nobody has built it today: all tests of a day share one. */
export function cleanTree(): Promise<CleanTree> {
  tree ??= build();
  return tree;
}

/** Whether it is there already, and needs nothing of the network. */
export function hasCleanTree(): boolean {
  return existsSync(placeOfToday());
}

async function build(): Promise<CleanTree> {
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
  // What is in there is run by root.
  if (statSync(FOLDER).uid !== process.getuid?.()) throw new Error(`${FOLDER} belongs to somebody else: remove it`);
  const place = placeOfToday();
  if (!existsSync(place)) {
    const arguments_ = [`${place}.building`, place, debianMirror() ?? ''];
    const locked = ['--exclusive', join(FOLDER, 'lock'), 'unshare', '-mpf', '--mount-proc'];
    const child = spawn('flock', [...locked, 'sh', '-c', BUILD, 'sh', ...arguments_], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/', LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [code, stdout, stderr] = await Promise.all([
      new Promise((resolve) => child.once('close', resolve)),
      text(child.stdout),
      text(child.stderr),
    ]);
    if (code !== 0) throw new Error(`the clean Debian tree cannot be built:\n${stdout.slice(-2000)}${stderr}`);
  }
  return { root: join(place, 'system'), mountPoint: join(place, 'mount-point') };
}

function placeOfToday(): string {
  const made = createHash('sha256')
    .update(BUILD)
    .update(debianMirror() ?? '')
    .digest('hex');
  return join(FOLDER, `tree-${made.slice(0, 12)}-${Math.floor(Date.now() / DAY_MS)}`);
}
