import { readSmallFile } from '../../files/read-small-file.ts';
import { messageOf } from '../../host/file-problem.ts';
import { DnsProblem } from './problem.ts';
import { type DnsServer, parseServer } from './server-address.ts';

/** Whom to ask, how long to wait for each, and how often to go round. */
export interface Resolution {
  readonly servers: readonly DnsServer[];
  readonly timeoutMs: number;
  readonly attempts: number;
}

/** Those of resolv.conf(5). */
export const STANDARD = { timeoutMs: 5_000, attempts: 2 } as const;

const maxBytes = 1024 * 1024;

/** What resolv.conf says of servers; its search list is for people who type. Rejects with `DnsProblem`. */
export async function readSystemServers(path: string): Promise<Resolution> {
  const text = await readSmallFile(path, maxBytes).catch((error: unknown) => {
    throw new DnsProblem('unavailable', `${messageOf(error)} (or set dns_servers)`);
  });
  const lines = text.split('\n').map((line) =>
    line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/),
  );
  const servers = lines
    .filter(([key, value]) => key === 'nameserver' && value !== undefined)
    .flatMap(([, value]) => parseServer(value!) ?? []);
  const options = lines.filter(([key]) => key === 'options').flatMap(([, ...words]) => words);
  return {
    // As the system's own resolver does.
    servers: servers.length > 0 ? servers : [{ host: '127.0.0.1', port: 53 }],
    timeoutMs: 1_000 * (numberIn(options, 'timeout', 30) ?? STANDARD.timeoutMs / 1_000),
    attempts: numberIn(options, 'attempts', 5) ?? STANDARD.attempts,
  };
}

function numberIn(options: readonly string[], name: string, max: number): number | null {
  const written = options.findLast((word) => word.startsWith(`${name}:`))?.slice(name.length + 1);
  return written !== undefined && /^[1-9][0-9]{0,8}$/.test(written) ? Math.min(Number(written), max) : null;
}
