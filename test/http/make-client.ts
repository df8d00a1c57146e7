import { onTestFinished } from 'vitest';
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../src/http/client.ts';
import { HttpProblem } from '../../src/http/problem.ts';
import { SYSTEMS_TRUST } from './systems-trust.ts';

export const never: AbortSignal = new AbortController().signal;

/** A client that is closed when the running test is over. */
export function makeClient(options: Partial<HttpClientOptions> = {}): HttpClient {
  const client = createHttpClient({
    proxyUrl: null,
    trust: SYSTEMS_TRUST,
    maxBytes: 1_000_000,
    maxConcurrent: 8,
    userAgent: 'watcher/test',
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

/** The problem a request ends with; fails when it ends well, or with anything else. */
export async function problemOf(sending: Promise<unknown>): Promise<HttpProblem> {
  const error = await sending.then(
    (reply) => new Error(`expected a problem, got ${JSON.stringify(reply)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof HttpProblem) return error;
  throw error;
}
