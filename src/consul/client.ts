import { askOnceMore } from '../ask-again.ts';
import type { ShownSecret } from '../credentials/shown-secret.ts';
import { Failed } from '../failure.ts';
import type { HttpClient, HttpRequest } from '../http/client.ts';
import { diagnose } from '../http/diagnosis.ts';
import { createEndpoints } from '../http/endpoints.ts';
import { HttpProblem } from '../http/problem.ts';
import { asPhrase } from '../text/printable.ts';
import { ConsulProblem, isConsul } from './problem.ts';
import { type ConsulReply, readReply } from './reply.ts';

/** `true` is a parameter without a value, `null` one that is left out. */
export type Query = Readonly<Record<string, string | true | null>>;

export interface ConsulRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Behind `/v1/`, with each part escaped. */
  readonly path: string;
  readonly query?: Query;
  /** Consul takes no notice of a body whose length is not announced; that of a text is. */
  readonly text?: string;
}

export interface Limits {
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** Consul's HTTP API. Each call is one request to one server of several, and one more where another token is at hand. */
export interface Consul {
  /** Without a token it is the anonymous one who asks. */
  readonly hasToken: boolean;
  /** Rejects with a `ConsulProblem`, or with a `Failed` when it was aborted. */
  send(request: ConsulRequest, limits: Limits): Promise<ConsulReply>;
  /** The next request goes to another server, where there is one. */
  goElsewhere(): void;
  /** Text that came from Consul, fit to be shown: escaped, cut, and without our token. */
  show(text: string): string;
}

export interface ConsulOptions {
  /** Base URLs, without a slash at the end. */
  readonly urls: readonly string[];
  /** Null: none. */
  readonly token: ShownSecret | null;
  /** Of Consul Enterprise. */
  readonly namespace: string | null;
  readonly client: HttpClient;
}

const KEYS = {
  address: 'consul_url',
  certificate: 'set consul_cert_file and consul_private_key_file to one that it trusts and that has not expired',
};

export function createConsul({ urls, token, namespace, client }: ConsulOptions): Consul {
  const endpoints = createEndpoints(urls);
  const secrets = new Set<string>();
  const show = (text: string): string =>
    asPhrase([...secrets].reduce((rest, secret) => rest.replaceAll(secret, '***'), text));

  async function send({ method, path, query = {}, text }: ConsulRequest, limits: Limits): Promise<ConsulReply> {
    const endpoint = endpoints.current();
    const what = `${method} /v1/${path}`;
    const url = `${endpoint}/v1/${path}${queryOf({ ...query, ns: namespace })}`;
    let shown: string | null = null;
    async function once(): Promise<ConsulReply> {
      shown = token === null ? null : await token.current();
      if (shown !== null) secrets.add(shown);
      const headers: HttpRequest['headers'] = shown === null ? {} : { 'X-Consul-Token': shown };
      const request: HttpRequest = { method, url, headers, deadlineMs: limits.deadlineMs };
      const reply = await client.send(text === undefined ? request : { ...request, text }, limits.signal);
      return { ...readReply(reply, endpoint, show), about: `consul ${what} at ${endpoint}` };
    }
    try {
      const isRenewed = async (refusal: unknown): Promise<boolean> =>
        isConsul(refusal, 'unknownToken') && token !== null && shown !== null && token.refused(shown);
      const answer = await askOnceMore(once, isRenewed);
      endpoints.answered(endpoint);
      return answer;
    } catch (error) {
      throw failed(error, endpoint, what);
    }
  }

  /** Says where and in what a request failed, and has the next one go elsewhere where that may help. */
  function failed(thrown: unknown, endpoint: string, what: string): unknown {
    if (thrown instanceof HttpProblem && thrown.kind === 'aborted')
      return new Failed('aborted', `consul: ${what}: aborted`);
    const problem = thrown instanceof HttpProblem ? problemOfHttp(thrown, endpoint) : thrown;
    if (!(problem instanceof ConsulProblem)) return problem;
    const isStranger = problem.kind === 'stranger';
    if (isStranger || problem.mayHeal) endpoints.failed(endpoint, isStranger);
    else endpoints.answered(endpoint);
    const where = thrown instanceof HttpProblem ? 'consul' : `consul ${what} at ${endpoint}`;
    const mayHeal = isStranger ? !endpoints.areHopeless() : problem.mayHeal;
    return new ConsulProblem(problem.kind, `${where}: ${problem.message}${cureOf(problem)}`, mayHeal);
  }

  const goElsewhere = (): void => endpoints.failed(endpoints.current(), false);

  function cureOf({ kind }: ConsulProblem): string {
    return (kind === 'forbidden' || kind === 'unknownToken') && token === null ? ': set consul_token_file' : '';
  }

  return { hasToken: token !== null, send, goElsewhere, show };
}

function problemOfHttp(problem: HttpProblem, endpoint: string): ConsulProblem {
  const { message, isHopeless } = diagnose(problem, endpoint, KEYS);
  if (problem.kind === 'tooLarge') return new ConsulProblem('unreadable', message);
  if (isHopeless) return new ConsulProblem('stranger', message);
  if (problem.kind === 'notUtf8') return new ConsulProblem('unreadable', message, true);
  return new ConsulProblem('transient', message);
}

function queryOf(query: Query): string {
  const parts = Object.entries(query).flatMap(([name, value]) => {
    if (value === null) return [];
    return [value === true ? name : `${name}=${encodeURIComponent(value)}`];
  });
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
