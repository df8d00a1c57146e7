import { sourceKey } from '../../config/key.ts';
import { ascii, httpUrl } from '../../config/value-types.ts';
import type { SourceBackend } from '../backend.ts';
import { createYpSource } from './source.ts';

export interface YpSettings {
  readonly ypUrl: string;
  /** What YP.SD throttles and traces by; not empty. */
  readonly ypClientName: string;
}

/** YP.SD, the service discovery of YP. */
export const yp: SourceBackend<YpSettings> = {
  keys: {
    ypUrl: sourceKey('yp_url', httpUrl({ credentials: false }), 'http://sd.yandex.net:8080', {
      doc: 'Where YP.SD answers.',
    }),
    ypClientName: sourceKey('yp_client_name', ascii, 'haproxy-watcher:<hostname>', {
      doc: 'The name that YP.SD throttles and traces this node by.',
    }),
  },
  secrets: async () => [],
  describe: ({ ypUrl }) => `yp at ${ypUrl}`,
  create: ({ ypUrl, ypClientName }, { http }) => createYpSource({ url: ypUrl, clientName: ypClientName, http }),
};
