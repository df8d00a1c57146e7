import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConsulAccess, createAccess } from '../../src/consul/access.ts';
import type { ConsulSettings } from '../../src/consul/settings.ts';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import { createHttpClients } from '../../src/http/clients.ts';
import { SYSTEMS_TRUST } from '../http/systems-trust.ts';
import { afterwards } from '../support/current-test.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** The way to these agents, for the running test. */
export function accessTo(
  urls: readonly string[],
  token: string | null = null,
  more: Partial<ConsulSettings> = {},
): ConsulAccess {
  const http = createHttpClients({ proxyUrl: null, trust: SYSTEMS_TRUST, userAgent: 'watcher/test' });
  afterwards(() => http.close());
  const own: ConsulSettings = {
    consulUrl: urls,
    consulTokenFile: token === null ? null : tokenFile(token),
    consulNamespace: null,
    consulCertFile: null,
    consulPrivateKeyFile: null,
    ...more,
  };
  const secretFiles = createSecretFiles({ allowUnsafe: false });
  return createAccess(own, { http, secretFiles, note: () => {} }, 'discoveryUntrusted');
}

/** A file with a token, for the running test. */
export function tokenFile(text: string): string {
  const path = join(tempFolder(), 'consul.token');
  writeFileSync(path, `${text}\n`, { mode: 0o600 });
  return path;
}
