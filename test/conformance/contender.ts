import { createSecretFiles } from '../../src/files/secret-files.ts';
import type { HttpClient, HttpRequest } from '../../src/http/client.ts';
import { createHttpClients, type HttpClients } from '../../src/http/clients.ts';
import { createTrust } from '../../src/http/trust.ts';
import type { LockDriver } from '../../src/locks/backend.ts';
import { LOCKS } from '../../src/locks/index.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';

/** What may happen to the requests of a contender. */
export interface Weather {
  /** Sees each request before it is sent, and may throw in its place. */
  readonly before?: (request: HttpRequest) => void;
  /** Sees each request that was answered, and may throw in place of the answer. */
  readonly after?: (request: HttpRequest) => void;
}

export interface Contender extends LockDriver {
  close(): void;
}

/** A lock as a run of these settings has it, on a node of this name. */
export async function contender(
  host: string,
  flags: Readonly<Record<string, string>>,
  weather: Weather = {},
): Promise<Contender> {
  const { settings } = await loadSettings(flags, {}, process.env['INIT_CWD'] ?? '/');
  const http = createHttpClients({
    proxyUrl: null,
    trust: createTrust({ caFile: settings.caFile, extraFile: null }),
    userAgent: 'watcher/test',
  });
  const lock: LockDriver = LOCKS[settings.lock].create(settings, {
    leaseMs: settings.lockLeaseMs,
    identity: { host, pid: process.pid, runId: `run-${host}` },
    http: { ...http, client: (own) => under(weather, http.client(own)) } satisfies HttpClients,
    secretFiles: createSecretFiles({ allowUnsafe: false }),
    askCommand: () => Promise.reject(new Error('nothing is run here')),
    environment: {},
    note: () => {},
  });
  return { ...lock, close: () => http.close() };
}

function under({ before, after }: Weather, client: HttpClient): HttpClient {
  return {
    async send(request, signal) {
      before?.(request);
      const reply = await client.send(request, signal);
      after?.(request);
      return reply;
    },
    close: client.close,
  };
}
