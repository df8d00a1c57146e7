import type { Node } from './node.ts';

export const CRONTAB = '/etc/cron.d/yandex-market-watcher';

export const REBOOT = '@reboot';
export const TICK = '*/5 * * * *';

/** A line of a crontab that starts something. */
export interface Entry {
  readonly schedule: string;
  readonly user: string;
  readonly command: string;
}

export interface Crontab {
  readonly variables: Readonly<Record<string, string>>;
  readonly entries: readonly Entry[];
}

/** Reads the installed crontab as cron does. */
export function readCrontab(node: Node): Crontab {
  const lines = node.read(CRONTAB).split('\n');
  const matching = (pattern: RegExp) => lines.map((line) => pattern.exec(line)).filter((match) => match !== null);
  return {
    variables: Object.fromEntries(matching(/^([A-Z]+)=(.*)$/).map(([, name, value]) => [name, value])),
    entries: matching(/^(@[a-z]+|[*\d]\S*(?:\s+\S+){4})\s+(\S+)\s+(.*)$/).map(([, schedule, user, command]) => ({
      schedule: schedule!,
      user: user!,
      command: command!,
    })),
  };
}

/** The shell command that does what cron would for this schedule: its shell, its environment and no other. */
export function asCron(node: Node, schedule = TICK): string {
  const { variables, entries } = readCrontab(node);
  const entry = entries.find((it) => it.schedule === schedule);
  if (entry === undefined) throw new Error(`${CRONTAB} has no line for ${schedule}`);
  const environment = { LOGNAME: 'root', HOME: '/root', SHELL: '/bin/sh', PATH: '/usr/bin:/bin', ...variables };
  const words = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  // A percent sign would end the command, and nothing else in it means anything to cron.
  return `cd /root && exec env -i ${words.join(' ')} ${environment.SHELL} -c ${quoted(entry.command.split('%')[0]!)}`;
}

const withSplay = new Map<number, Promise<string>>();

/** A host name of the cluster mslb that cron's line makes wait for so many seconds. */
export function hostNameWithSplay(node: Node, seconds: number): Promise<string> {
  const name = withSplay.get(seconds) ?? findHostName(node, seconds);
  withSplay.set(seconds, name);
  return name;
}

async function findHostName(node: Node, seconds: number): Promise<string> {
  const look = `for it in $(seq 1 999); do
    if [ "$(/usr/lib/yandex-market-watcher/splay "mslb$it")" = ${seconds} ]; then echo "mslb$it"; exit; fi
  done; exit 1`;
  return (await node.ok(look)).trim();
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
