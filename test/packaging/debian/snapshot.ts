import type { Node } from './node.ts';

/** Every file of a node by its path, as one line: kind, mode, owner, and what is in it. */
export type Snapshot = ReadonlyMap<string, string>;

const LIST = `find / /run -xdev ( -path /proc -o -path /dev -o -path /tmp -o -path /root ) -prune -o`;
const SEPARATOR = '\t';

/** What is on the node, but for /proc, /dev and the folders that the tests work in. */
export async function snapshot(node: Node): Promise<Snapshot> {
  const list = LIST.replaceAll(/[()]/g, '\\$&');
  const facts = await node.ok(`${list} -printf '%p\\t%y %m %u:%g %l\\n'`);
  // A change by chance is to be seen, and a whole Debian to be read soon.
  const sums = await node.ok(`${list} -type f -print0 | xargs -0 cksum`);
  const sumOf = new Map(
    sums
      .split('\n')
      .map((line) => /^(\d+ \d+) (.*)$/.exec(line)?.slice(1) ?? [])
      .map(([sum, path]) => [path, sum]),
  );
  const entries = facts.split('\n').filter(Boolean);
  return new Map(
    entries.map((entry) => {
      const [path, fact] = entry.split(SEPARATOR) as [string, string];
      return [path, [fact.trim(), sumOf.get(path)].filter(Boolean).join(' ')];
    }),
  );
}

/** The paths that are new, gone or different, each with how, sorted. */
export function differences(before: Snapshot, after: Snapshot): readonly string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    if (before.get(path) === after.get(path)) return [];
    if (!before.has(path)) return [`new ${path}`];
    return after.has(path) ? [`changed ${path}`] : [`gone ${path}`];
  });
}

/** What dpkg, debconf, ucf and apt write down for themselves about any package. */
const EXCUSES = [
  /^(changed|new) \/var\/lib\/dpkg\/(status|status-old|available|lock|lock-frontend|triggers\/Lock)$/,
  /^(changed|new) \/var\/lib\/dpkg\/info\/format$/,
  /^new \/var\/lib\/ucf\/cache$/,
  /^(changed|new) \/var\/lib\/ucf\/(hashfile|registry)(\.\d+)?$/,
  /^(changed|new) \/var\/cache\/debconf\/(config|passwords|templates)\.dat(-old)?$/,
  /^(changed|new) \/var\/log\/(dpkg|ucf)\.log$/,
];

/** Those that are not for the package managers to answer for. */
export function ours(found: readonly string[]): string[] {
  return found.filter((line) => !EXCUSES.some((permittedCause) => permittedCause.test(line)));
}
