import { parseArgs } from 'node:util';
import { LOCK_STAND_INS, type LockName, SOURCE_STAND_INS, type SourceName } from './stand-ins/index.ts';

export type SandboxCommand =
  | { readonly command: 'help' }
  | (StandIns & { readonly command: 'demo'; readonly keep: boolean; readonly real: boolean })
  | (StandIns & { readonly command: 'serve'; readonly lockPort: number; readonly sourcePort: number });

interface StandIns {
  readonly lock: LockName;
  readonly source: SourceName;
}

export const usage = `The sandbox of watcher: a lock service and a service discovery on this host.

Usage:
  node dist/sandbox.cjs demo [--real] [--keep] [--lock <lock>] [--source <source>]
      Three balancer nodes, and what their watchers do; --keep leaves their files behind. With --real a HAProxy on
      each node, where it is installed, under traffic, and etcd as the lock unless --lock says another.
  node dist/sandbox.cjs serve [--lock-port <port>] [--source-port <port>] [--lock <lock>] [--source <source>]
      The servers and a node to try things on, until Ctrl-C; any free ports without the flags.

Locks: ${words(LOCK_STAND_INS)}; yt without the flag. Sources: ${words(SOURCE_STAND_INS)}; yp without the flag.
A real etcd, consul or kube-apiserver is used where it is installed, else the sandbox's own.
`;

/** The last two are what the first two were called when there were YT and YP.SD only. */
const ports = {
  'lock-port': { type: 'string' },
  'source-port': { type: 'string' },
  'yt-port': { type: 'string' },
  'yp-port': { type: 'string' },
} as const;

const choices = { lock: { type: 'string' }, source: { type: 'string', default: 'yp' } } as const;

/** What the command line asks for. Throws an `Error` with one line when it cannot be understood. */
export function parseSandboxArguments([command, ...rest]: readonly string[]): SandboxCommand {
  if (command === 'demo') {
    const flag = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({ args: rest, options: { keep: flag, real: flag, ...choices } });
    const { keep, real } = values;
    return { command, keep, real, ...standInsOf({ ...values, lock: values.lock ?? (real ? 'etcd' : 'yt') }) };
  }
  if (command === 'serve') {
    const { values } = parseArgs({ args: rest, options: { ...ports, ...choices } });
    const { 'yt-port': ytPort = '0', 'yp-port': ypPort = '0' } = values;
    const lockPort = portOf('--lock-port', values['lock-port'] ?? ytPort);
    return {
      command,
      lockPort,
      sourcePort: portOf('--source-port', values['source-port'] ?? ypPort),
      ...standInsOf({ ...values, lock: values.lock ?? 'yt' }),
    };
  }
  if (command === undefined || command === 'help' || command === '--help' || command === '-h')
    return { command: 'help' };
  throw new Error(`unexpected argument "${command}": expected demo or serve`);
}

function standInsOf({ lock, source }: { readonly lock: string; readonly source: string }): StandIns {
  return { lock: oneOf('--lock', lock, LOCK_STAND_INS), source: oneOf('--source', source, SOURCE_STAND_INS) };
}

function oneOf<Table extends object>(flag: string, word: string, table: Table): keyof Table {
  if (Object.hasOwn(table, word)) return word as keyof Table;
  throw new Error(`${flag}: nothing stands in for "${word}": expected one of ${words(table)}`);
}

function words(table: object): string {
  return Object.keys(table).join(', ');
}

function portOf(flag: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new Error(`${flag}: "${text}" is not a port: expected a number up to 65535`);
}
