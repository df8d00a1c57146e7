import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startYtProxy, type YtProxy } from '../yt/server.ts';
import { LOCK_NAME, type StandIn, type StandInOptions } from './stand-in.ts';

/** YT, as a proxy with real transactions, leases and locks. */
export async function startYt({
  host = '127.0.0.1',
  port = 0,
  token = 'sandbox-token',
  lockName = LOCK_NAME,
}: StandInOptions = {}): Promise<StandIn & { readonly server: YtProxy }> {
  const server = await startYtProxy({ host, port, tokens: { [token]: 'robot-watcher' } });
  return {
    name: 'YT',
    isReal: false,
    server,
    about: `YT proxy  ${server.url}  (token: ${token})`,
    port: server.port,
    equip(folder) {
      const tokenFile = join(folder, 'yt_token');
      writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
      return { yt_proxy: server.url, yt_path: `//home/${lockName}`, yt_token_path: tokenFile };
    },
    close: () => server.close(),
  };
}
