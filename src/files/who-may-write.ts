import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatStranger, isTrustedUser } from '../host/trusted-user.ts';

/** What is wrong with who may change a file, one line each. A problem is a reason to refuse it, a warning is not. */
export interface WriteAccess {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** What the kernel itself follows before it gives up. */
const HOPS_MAX = 40;

const EVERYBODY = 0o002;
const GROUP = 0o020;
const STICKY = 0o1000;

/**
 * Who else than root and this user may change what an absolute path leads to: the file itself, as it was `opened`, and
 * every folder and link on the way there, from `/` on. In a sticky folder, such as /tmp, everybody may write, but nobody
 * may replace what is another's.
 */
export function whoMayWrite(path: string, opened: Stats): WriteAccess {
  const all = [...wayTo(path), [path, opened] as const].map(([each, found]) => judged(each, found));
  return { problems: all.flatMap(({ problems }) => problems), warnings: all.flatMap(({ warnings }) => warnings) };
}

function judged(path: string, found: Stats): WriteAccess {
  const problems = isTrustedUser(found.uid) ? [] : [`${path} ${formatStranger(found.uid)}`];
  const isShared = found.isDirectory() && (found.mode & STICKY) !== 0;
  // The mode of a link says nothing.
  if (found.isSymbolicLink() || isShared) return { problems, warnings: [] };
  if ((found.mode & EVERYBODY) !== 0)
    return { problems: [...problems, `${path} may be written by every user: run chmod o-w ${path}`], warnings: [] };
  const warnings =
    (found.mode & GROUP) === 0 ? [] : [`${path} may be written by its group (gid ${found.gid}): run chmod g-w ${path}`];
  return { problems, warnings };
}

/** Every folder and every link between `/` and what the path leads to, each once. */
function wayTo(path: string): (readonly [string, Stats])[] {
  const way = new Map<string, Stats>([['/', lstatSync('/')]]);
  let at = '/';
  let hops = HOPS_MAX;
  const names = namesIn(path);
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const next = name === '..' ? dirname(at) : join(at, name);
    const found = lstatSync(next, { throwIfNoEntry: false });
    if (found === undefined) break;
    if (found.isSymbolicLink() && hops > 0) {
      hops -= 1;
      way.set(next, found);
      const target = readlinkSync(next);
      if (target.startsWith('/')) at = '/';
      names.unshift(...namesIn(target));
    } else {
      at = next;
      if (found.isDirectory()) way.set(next, found);
    }
  }
  return [...way];
}

function namesIn(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}
