import type { Node } from './node.ts';

export const CRONTAB = '/etc/cron.d/yandex-market-watcher';

/** The one line of a crontab that starts something, and the variables above it. */
export interface Entry {
  readonly schedule: string;
  readonly user: string;
  readonly command: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Reads the installed crontab as cron does. */
export function cronEntry(node: Node): Entry {
  const text = node.read(CRONTAB);
  const entries = [...text.matchAll(/^\s*([*\d]\S*(?:\s+\S+){4})\s+(\S+)\s+(.*)$/gm)];
  if (entries.length !== 1) throw new Error(`${CRONTAB} has ${entries.length} lines that start something`);
  const [, schedule, user, command] = entries[0]!;
  const variables = [...text.matchAll(/^([A-Z]+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
  return { schedule: schedule!, user: user!, command: command!, variables: Object.fromEntries(variables) };
}

/** The shell command that does what cron would at the next tick: its shell, its environment and no other. */
export function asCron(node: Node): string {
  const { command, variables } = cronEntry(node);
  const environment = { LOGNAME: 'root', HOME: '/root', SHELL: '/bin/sh', PATH: '/usr/bin:/bin', ...variables };
  const words = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  // A percent sign would end the command, and nothing else in it means anything to cron.
  return `cd /root && exec env -i ${words.join(' ')} ${environment.SHELL} -c ${quoted(command.split('%')[0]!)}`;
}

/** A host name of the cluster mslb that cron's line makes wait for so many seconds. */
export async function hostNameWithSplay(node: Node, seconds: number): Promise<string> {
  const look = `for it in $(seq 1 999); do
    if [ "$(/usr/lib/yandex-market-watcher/splay "mslb$it")" = ${seconds} ]; then echo "mslb$it"; exit; fi
  done; exit 1`;
  return (await node.ok(look)).trim();
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
