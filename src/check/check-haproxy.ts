import { askHaproxy } from '../haproxy/ask-haproxy.ts';
import { haproxyServers } from '../haproxy/servers.ts';
import { FileProblem } from '../host/file-problem.ts';
import { counted } from '../report/format-changes.ts';
import { asPhrase } from '../text/printable.ts';

/** Asks HAProxy at its stats socket who it is, and for its servers. Rejects where it does not say. */
export async function checkHaproxy(socket: string | null, signal: AbortSignal): Promise<string> {
  if (socket === null)
    return 'not asked, for haproxy_socket is not set: runs do not see whether a refresh was effective';
  const info = await askHaproxy(socket, 'show info', signal);
  const about = (name: string) => asPhrase(new RegExp(`^${name}: (.+)$`, 'm').exec(info)?.[1]?.trim() ?? 'unknown');
  if (about('Version') === 'unknown')
    throw new FileProblem(socket, 'what answers there does not say that it is HAProxy; correct haproxy_socket');
  const servers = await haproxyServers(socket, signal);
  const process = `version ${about('Version')}, pid ${about('Pid')}, up for ${about('Uptime')}`;
  return `${socket}: ${process}; ${counted(servers.length, 'server')}`;
}
