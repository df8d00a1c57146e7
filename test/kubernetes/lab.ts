import { createLoneCommands } from '../../src/command/lone-commands.ts';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import { createHttpClients } from '../../src/http/clients.ts';
import type { Wanted } from '../../src/kubernetes/access.ts';
import { type ConnectContext, connector } from '../../src/kubernetes/connect.ts';
import { KubernetesProblem } from '../../src/kubernetes/problem.ts';
import type { Json } from '../../src/kubernetes/reply.ts';
import { SYSTEMS_TRUST } from '../http/systems-trust.ts';
import { afterwards } from '../support/current-test.ts';

/** One question to an API server, by these settings. */
export function asking(
  wanted: Partial<Wanted>,
  more: Partial<ConnectContext> = {},
  signal = new AbortController().signal,
): () => Promise<Json> {
  const http = createHttpClients({ proxyUrl: null, trust: SYSTEMS_TRUST, userAgent: 'watcher/test' });
  afterwards(() => http.close());
  const { ask } = createLoneCommands({
    runId: 'run-1',
    looksAtPrograms: true,
    killGraceMs: 1_000,
    environment: { PATH: process.env['PATH'] },
    redact: (text) => text,
  });
  const context = {
    http,
    secretFiles: createSecretFiles({ allowUnsafe: false }),
    askCommand: ask,
    environment: {},
    note: () => {},
    ...more,
  };
  const limits = { maxBytes: 100_000, maxConcurrent: 8 };
  const connect = connector({ kubeconfig: null, context: null, ...wanted }, context, limits);
  return async () => {
    const path = '/api/v1/namespaces/default';
    return (await (await connect()).send({ method: 'GET', path, deadlineMs: 20_000 }, signal)).object;
  };
}

/** What a request to Kubernetes failed with. */
export async function problemOf(asked: Promise<unknown>): Promise<KubernetesProblem> {
  const error = await asked.then(
    (answer) => new Error(`expected a problem, got ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof KubernetesProblem) return error;
  throw error;
}
