import { askOnceMore } from '../../ask-again.ts';
import { Failed } from '../../failure.ts';
import type { HttpClient } from '../../http/client.ts';
import { diagnose } from '../../http/diagnosis.ts';
import { createEndpoints } from '../../http/endpoints.ts';
import { HttpProblem } from '../../http/problem.ts';
import { asPhrase } from '../../text/printable.ts';
import { EtcdProblem, isEtcd } from './problem.ts';
import { type Result, resultOf } from './reply.ts';
import { type Ask, createTokens, type User } from './tokens.ts';

export interface Limits {
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** etcd's JSON gateway, version 3. Each call is one request to one endpoint, and asks for a new token where it must. */
export interface Gateway {
  /** Rejects with an `EtcdProblem`, or a `Failed` when it was aborted or has no password. */
  call(path: string, body: object, limits: Limits): Promise<Result>;
  /** The lines of a stream up to the one that `isLast`; none when it did not come in time. */
  follow(path: string, body: object, isLast: (line: string) => boolean, limits: Limits): Promise<readonly string[]>;
  /** The token of the user is taken no longer: the next request asks for another. */
  forgetToken(): void;
  /** Text that came from etcd, fit to be shown: escaped, cut, and without our secrets. */
  show(text: string): string;
}

interface Request {
  readonly endpoint: string;
  readonly path: string;
  readonly body: object;
  readonly limits: Limits;
  readonly isLastLine?: ((line: string) => boolean) | undefined;
}

interface GatewayOptions {
  /** Base URLs, without a slash at the end. */
  readonly endpoints: readonly string[];
  /** Made before the first request. May reject with a `Failed`. */
  readonly client: () => Promise<HttpClient>;
  /** Null: nobody in particular. */
  readonly user: User | null;
  readonly note: (line: string) => void;
  /** What all keys begin with that are read and written here. */
  readonly prefix: string;
}

export function createGateway({ endpoints: urls, client, user, note, prefix }: GatewayOptions): Gateway {
  const endpoints = createEndpoints(urls);
  const tokens = createTokens(user, note);
  const show = (text: string): string => asPhrase(tokens.redact(text));

  async function send(path: string, body: object, limits: Limits, isLastLine?: (line: string) => boolean) {
    const endpoint = endpoints.current();
    const request = { endpoint, path, body, limits, isLastLine };
    const ask: Ask = async (to, content, token) =>
      (await post({ endpoint, path: to, body: content, limits }, token)).result;
    try {
      let token = await tokens.current(ask);
      const renewsToken = async (refusal: unknown): Promise<boolean> => {
        if (!isEtcd(refusal, 'unauthenticated')) return false;
        token = await tokens.after(token, refusal as EtcdProblem, ask);
        return true;
      };
      const answer = await askOnceMore(() => post(request, token), renewsToken);
      endpoints.answered(endpoint);
      return answer;
    } catch (error) {
      // A stream in which nothing happens is none that failed.
      if (isLastLine !== undefined && error instanceof HttpProblem && error.kind === 'timeout')
        return { result: {}, text: '' };
      throw failed(error, endpoint, path);
    }
  }

  async function post({ endpoint, path, body, limits, isLastLine }: Request, token: string | null) {
    // Without it, a watch on a server that lost its leader stays open and silent.
    const headers = { 'Grpc-Metadata-hasleader': 'true', ...(token === null ? {} : { Authorization: token }) };
    const { deadlineMs, signal } = limits;
    const request = { method: 'POST', url: `${endpoint}/v3/${path}`, headers, body, deadlineMs } as const;
    const reply = await (await client()).send(isLastLine === undefined ? request : { ...request, isLastLine }, signal);
    return { result: resultOf(reply, endpoint, show), text: reply.text };
  }

  /** Says where and in what a request failed, and has the next one go elsewhere where that may help. */
  function failed(thrown: unknown, endpoint: string, path: string): unknown {
    const error = thrown instanceof HttpProblem ? problemOfHttp(thrown, endpoint, path) : thrown;
    if (!(error instanceof EtcdProblem)) return error;
    const isStranger = error.kind === 'stranger';
    if (isStranger || error.kind === 'transient') endpoints.failed(endpoint, isStranger);
    else endpoints.answered(endpoint);
    const reaction = isStranger ? (endpoints.areHopeless() ? 'denied' : 'transient') : error.kind;
    const where = thrown instanceof HttpProblem ? 'etcd' : `etcd ${path} at ${endpoint}`;
    return new EtcdProblem(reaction, `${where}: ${error.message}${cureOf(error)}`);
  }

  function cureOf({ kind, message }: EtcdProblem): string {
    if (kind !== 'denied' || !/permission denied/i.test(message)) return '';
    return `: grant a role of etcd_user the right: etcdctl role grant-permission ROLE readwrite ${prefix} --prefix`;
  }

  return {
    call: async (path, body, limits) => (await send(path, body, limits)).result,
    async follow(path, body, isLast, limits) {
      const { text } = await send(path, body, limits, isLast);
      return text.split('\n').filter((line) => line.trim() !== '');
    },
    forgetToken: () => tokens.forget(),
    show,
  };
}

const KEYS = {
  address: 'etcd_endpoints',
  certificate: 'set etcd_cert_file and etcd_private_key_file to one that it trusts and that has not expired',
};

function problemOfHttp(problem: HttpProblem, endpoint: string, path: string): Error {
  if (problem.kind === 'aborted') return new Failed('aborted', `etcd ${path}: aborted`);
  const { message, isHopeless } = diagnose(problem, endpoint, KEYS);
  return new EtcdProblem(isHopeless ? 'stranger' : 'transient', message);
}
