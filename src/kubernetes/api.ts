import { askOnceMore } from '../ask-again.ts';
import type { AskCommand } from '../command/ask-command.ts';
import { Failed } from '../failure.ts';
import type { SecretFiles } from '../files/secret-files.ts';
import type { HttpClient, HttpRequest } from '../http/client.ts';
import type { HttpClients } from '../http/clients.ts';
import { diagnose } from '../http/diagnosis.ts';
import { HttpProblem } from '../http/problem.ts';
import type { ClientCertificate } from '../http/trust.ts';
import { asPhrase } from '../text/printable.ts';
import type { Access } from './access.ts';
import { type Credential, createCredentials } from './credentials.ts';
import { isKubernetes, KubernetesProblem } from './problem.ts';
import { type Json, objectOf, type Show } from './reply.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Below the server, from `/` on. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly deadlineMs: number;
}

export interface ApiObject {
  readonly object: Json;
  /** 201: it was made by this request. */
  readonly status: number;
}

/** One API server. Each call is one request, and one more where what we show of ourselves may have been renewed. */
export interface KubernetesApi {
  /** Rejects with a `KubernetesProblem`, or a `Failed` when it was aborted. */
  send(request: ApiRequest, signal: AbortSignal): Promise<ApiObject>;
  /** Reads a stream of lines up to the one that `isLast`, or until nothing came in time. Rejects as `send` does. */
  follow(request: ApiRequest, isLast: (line: string) => boolean, signal: AbortSignal): Promise<void>;
  /** Text that came from the server, fit to be shown: escaped, cut, and without our secrets. */
  readonly show: Show;
}

export interface ApiOptions {
  readonly access: Access;
  readonly http: HttpClients;
  readonly limits: { readonly maxBytes: number; readonly maxTotalBytes?: number; readonly maxConcurrent: number };
  readonly files: SecretFiles;
  readonly ask: AskCommand;
  readonly nowMs?: () => number;
}

export function createApi({ access, http, limits, files, ask, nowMs = Date.now }: ApiOptions): KubernetesApi {
  const credentials = createCredentials({ user: access.user, files, ask, nowMs });
  const clients = new Map<ClientCertificate | null, HttpClient>();
  const show: Show = (text) => asPhrase(credentials.redact(text));

  /** A connection shows one certificate for as long as it lives. */
  function clientFor({ certificate }: Credential): HttpClient {
    const known = clients.get(certificate);
    if (known !== undefined) return known;
    const made = http.client({
      ...limits,
      ...(certificate !== null && { certificate }),
      ...(access.authorities !== null && { authorities: access.authorities }),
      ...(access.serverName !== null && { serverName: access.serverName }),
    });
    clients.set(certificate, made);
    return made;
  }

  /** Null: nothing came in time of a stream that `isLastLine` ends, which is none that failed. */
  async function exchange(
    request: ApiRequest,
    signal: AbortSignal,
    isLastLine?: (line: string) => boolean,
  ): Promise<ApiObject | null> {
    async function once(): Promise<ApiObject | null> {
      const credential = await credentials.current(signal);
      const wire = { ...wireOf(request, access.server, credential), ...(isLastLine && { isLastLine }) };
      const reply = await clientFor(credential)
        .send(wire, signal)
        .catch((error: unknown) => {
          if (isLastLine && error instanceof HttpProblem && error.kind === 'timeout') return null;
          throw error;
        });
      if (reply === null || (isLastLine && reply.status === 200)) return null;
      const context = { server: access.server, place: access.place, show, nowMs: nowMs() };
      return { object: objectOf(reply, context), status: reply.status };
    }
    try {
      return await askOnceMore(once, (refusal) => isKubernetes(refusal, 'unauthorized') && credentials.refused());
    } catch (error) {
      throw named(error, request, access);
    }
  }

  return {
    show,
    send: async (request, signal) => (await exchange(request, signal))!,
    async follow(request, isLast, signal) {
      await exchange(request, signal, isLast);
    },
  };
}

function wireOf(
  { method, path, query, body, deadlineMs }: ApiRequest,
  server: string,
  { token }: Credential,
): HttpRequest {
  const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
  const type = method === 'PATCH' ? { 'Content-Type': 'application/merge-patch+json' } : {};
  const headers = {
    Accept: 'application/json',
    ...type,
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
  };
  return { method, url: `${server}${path}${search}`, headers, deadlineMs, ...(body !== undefined && { body }) };
}

/** Says what was asked, and where. */
function named(error: unknown, { method, path }: ApiRequest, access: Access): unknown {
  if (error instanceof HttpProblem) return problemOfHttp(error, access);
  if (!(error instanceof KubernetesProblem)) return error;
  if (error.kind === 'credentials') return error;
  const message = `${method} ${access.server}${path}: ${error.message}${cureOf(error, access)}`;
  return new KubernetesProblem(error.kind, message, error.afterMs);
}

function cureOf({ kind }: KubernetesProblem, { place, user }: Access): string {
  if (kind !== 'unauthorized') return '';
  const shown = user.plugin !== null || user.token !== null || user.tokenFile !== null || user.certificate !== null;
  return shown ? `: what the user of ${place} shows is not taken: renew it` : `: give the user of ${place} a token`;
}

function problemOfHttp(problem: HttpProblem, { server, place }: Access): Error {
  const { kind } = problem;
  if (kind === 'aborted') return new Failed('aborted', `Kubernetes at ${server}: aborted`);
  const keys = {
    address: `the server of ${place}`,
    certificate: `give the user of ${place} one that it trusts and that has not expired`,
  };
  const { message, isHopeless } = diagnose(problem, server, keys);
  if (kind === 'tooLarge' || kind === 'notUtf8') return new KubernetesProblem('unreadable', message);
  return new KubernetesProblem(isHopeless ? 'stranger' : 'transient', message);
}
