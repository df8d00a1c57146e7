import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What Node looks for in its own file to learn whether it has a program in it; the digit says which. */
export const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** The Node that becomes the executable. */
export interface HostNode {
  readonly path: string;
  readonly version: string;
  /** As in the names of Node's own downloads, such as linux-x64. */
  readonly system: string;
  /** The licence of Node and of all that it carries; null where Node came without. */
  readonly licence: string | null;
}

/** Looks at the Node at `path`. Throws an Error in one line for one that cannot become an executable. */
export function hostNode(path: string): HostNode {
  const { status, stdout } = spawnSync(path, ['-p', 'process.version + " " + process.platform + "-" + process.arch'], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  const [, version, system] = /^v(\S+) (\S+)\n$/.exec(stdout ?? '') ?? [];
  if (status !== 0 || !version || !system) throw new Error(`${path}: not a Node that runs here; ${ADVICE}`);
  if (isOlder(version, OLDEST))
    throw new Error(`${path}: is Node ${version}, watcher needs ${OLDEST} or newer; ${ADVICE}`);
  if (!canHoldProgram(path)) {
    throw new Error(`${path}: has no fuse for a single executable (Debian's Node is a stub of libnode.so); ${ADVICE}`);
  }
  return { path, version, system, licence: licenceOf(path) };
}

const ADVICE = 'take one from nodejs.org, and run: npm run binary -- /path/to/bin/node';

/** As `engines` in package.json has it. */
const OLDEST = '20.19.0';

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}

/** Whether the file has the fuse, and nothing was put into it yet. */
export function canHoldProgram(path: string): boolean {
  return readFileSync(path).includes(`${FUSE}:0`);
}

function licenceOf(path: string): string | null {
  const home = dirname(dirname(path));
  const places = [join(home, 'LICENSE'), join(home, 'share', 'doc', 'nodejs', 'LICENSE')];
  const found = places.find((place) => existsSync(place));
  return found === undefined ? null : readFileSync(found, 'utf8');
}
