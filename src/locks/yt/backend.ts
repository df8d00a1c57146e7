import { lockKey } from '../../config/key.ts';
import { cypressPath, path, serverAddress } from '../../config/value-types.ts';
import type { LockBackend } from '../backend.ts';
import { createYtLock } from './lock.ts';
import { readToken } from './token.ts';

export interface YtSettings {
  readonly ytPath: string;
  readonly ytProxy: string;
  readonly ytTokenPath: string;
}

/** Lock requests are small, and few at a time. */
const HTTP_LIMITS = { maxBytes: 4 * 1024 * 1024, maxConcurrent: 8 };

/** YT (YTsaurus): an exclusive lock on a node of Cypress, under a transaction. */
export const yt: LockBackend<YtSettings> = {
  keys: {
    ytPath: lockKey('yt_path', cypressPath, '//home/market_sre/watcher/development/test', {
      doc: 'The Cypress node that is locked; all nodes that share a lock name the same.',
      alias: 'yt_lock_path',
      isForDevelopment: true,
    }),
    ytProxy: lockKey('yt_proxy', serverAddress, 'locke.yt.yandex-team.ru', {
      doc: 'The YT cluster, by its HTTP proxy.',
    }),
    ytTokenPath: lockKey('yt_token_path', path, '/etc/datasources/yt_token.sh', {
      doc: 'File with the raw token or a line [export ]YT_TOKEN=…; it is read, never executed.',
    }),
  },
  files: { reads: ['ytTokenPath'] },
  async secrets({ ytTokenPath }, files) {
    const token = await readToken(ytTokenPath, files).catch(() => null);
    return token === null ? [] : [token.token];
  },
  async ready({ ytTokenPath }, files) {
    await readToken(ytTokenPath, files);
  },
  nameOfLock: 'ytPath',
  describe: ({ ytPath, ytProxy }) => `yt ${ytPath} at ${ytProxy}`,
  create({ ytPath, ytProxy, ytTokenPath }, { leaseMs, identity, http, secretFiles, note }) {
    const client = http.client(HTTP_LIMITS);
    const token = () => readToken(ytTokenPath, secretFiles);
    const tokenRefused = () => secretFiles.refused(ytTokenPath);
    return createYtLock({ proxy: ytProxy, path: ytPath, token, tokenRefused, leaseMs, identity, client, note });
  },
};
