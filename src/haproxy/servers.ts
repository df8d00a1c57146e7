import type { HaproxyServer } from '../../machines/pods-and-servers.ts';
import { FileProblem } from '../host/file-problem.ts';
import { normalIp6 } from '../http/ip6.ts';
import { quotedValue } from '../text/quoted.ts';
import { askHaproxy } from './ask-haproxy.ts';

/** All servers of all backends, those of the running process. Rejects with a `FileProblem`. */
export async function haproxyServers(socketPath: string, signal: AbortSignal): Promise<readonly HaproxyServer[]> {
  const answer = await askHaproxy(socketPath, 'show servers state', signal);
  const [version = '', header = '', ...lines] = answer.split('\n').map((line) => line.trim());
  if (!/^\d+$/.test(version) || !header.startsWith('# ')) {
    throw new FileProblem(
      socketPath,
      `no list of servers came, but ${quotedValue(version)} (the socket needs level operator)`,
    );
  }
  const columns = header.slice(2).split(/\s+/);
  return lines
    .filter((line) => line !== '')
    .map((line) => serverOf(new Map(line.split(/\s+/).map((word, at) => [columns[at] ?? '', word]))));
}

function serverOf(row: ReadonlyMap<string, string>): HaproxyServer {
  const word = (column: string) => {
    const value = row.get(column) ?? '-';
    return value === '-' || value === '' ? null : value;
  };
  const address = word('srv_addr');
  return {
    backend: word('be_name') ?? '',
    name: word('srv_name') ?? '',
    address: address === null ? null : (normalIp6(address) ?? address),
    port: Number(word('srv_port') ?? 0) || null,
    fqdn: word('srv_fqdn')?.toLowerCase() ?? null,
  };
}
