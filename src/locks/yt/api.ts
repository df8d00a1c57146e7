import { askOnceMore } from '../../ask-again.ts';
import type { ShownSecret } from '../../credentials/shown-secret.ts';
import { Failed } from '../../failure.ts';
import type { HttpClient, HttpReply } from '../../http/client.ts';
import { HttpProblem } from '../../http/problem.ts';
import { formatWay } from '../../http/proxy-answer.ts';
import { formatWrongAddress } from '../../http/wrong-address.ts';
import { parseStrictJson } from '../../json/strict-json.ts';
import { asPhrase } from '../../text/printable.ts';
import { formatJudgement } from './advice.ts';
import { judge, readYtError } from './errors.ts';
import { newGuid as randomGuid } from './guid.ts';
import { YtProblem } from './problem.ts';
import { unreachable } from './unreachable.ts';
import { fromWire, toWire } from './yt-strings.ts';

const methods = {
  start_transaction: 'POST',
  ping_transaction: 'POST',
  abort_transaction: 'POST',
  create: 'POST',
  lock: 'POST',
  remove: 'POST',
  get: 'GET',
  list: 'GET',
} as const;

export type Command = keyof typeof methods;

export interface Limits {
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

export interface YtApi {
  /** Carries out one command; once more where its token is not known and another is at hand. Rejects with a `YtProblem`, or a `Failed` when it was aborted or has no token. */
  call(command: Command, parameters: Readonly<Record<string, unknown>>, limits: Limits): Promise<unknown>;
  /** Text that came from YT, fit to be shown: decoded, escaped, cut, and without our token. */
  show(text: string): string;
}

interface ApiOptions {
  /** Base URL, without a slash at the end. */
  readonly proxy: string;
  readonly client: HttpClient;
  readonly token: ShownSecret;
  readonly newGuid?: () => string;
}

/** The HTTP API of a YT proxy, version 4, in JSON. */
export function createYtApi({ proxy, client, token, newGuid = randomGuid }: ApiOptions): YtApi {
  const secrets = new Set<string>();

  // The token is cut out before the text is: half a token would not be found.
  function show(text: string): string {
    const decoded = fromWire(text);
    return asPhrase([...secrets].reduce((rest, each) => rest.replaceAll(each, '[token]'), decoded));
  }

  async function call(
    command: Command,
    parameters: Readonly<Record<string, unknown>>,
    { deadlineMs, signal }: Limits,
  ): Promise<unknown> {
    let shown = '';
    async function once(): Promise<unknown> {
      shown = await token.current();
      secrets.add(shown);
      const headers = {
        Authorization: `OAuth ${shown}`,
        Accept: 'application/json',
        'X-YT-Correlation-Id': newGuid(),
      };
      const request = { ...requestOf(`${proxy}/api/v4/${command}`, methods[command], parameters), headers, deadlineMs };
      const reply = await client.send(request, signal).catch((error: unknown) => {
        throw problemOfHttp(command, error, proxy);
      });
      return bodyOf(command, reply);
    }
    return askOnceMore(once, (refusal) => refusal instanceof YtProblem && refusal.refusesToken && token.refused(shown));
  }

  /** The header goes before the status: an error may come with any of them. */
  function bodyOf(command: Command, reply: HttpReply): unknown {
    const announced = reply.headers['x-yt-error'];
    const failed = announced !== undefined || Number(reply.headers['x-yt-response-code'] ?? 0) !== 0;
    const body = parsed(reply.text);
    if (!failed && reply.status >= 200 && reply.status < 300) {
      if (body !== undefined) return body;
      // A captive portal answers so for a while.
      const stranger = isYts(reply) ? '' : ': is yt_proxy right?';
      throw new YtProblem('transient', say(command, reply, `the answer is not JSON${stranger}`));
    }
    const wrongAddress = formatWrongAddress(reply, proxy, 'yt_proxy');
    if (wrongAddress !== null) throw new YtProblem('refused', say(command, reply, wrongAddress));
    const error = readYtError(announced === undefined ? body : parsed(fromWire(announced))) ?? readYtError(body);
    const judgement = judge(error, reply.status);
    const message = say(command, reply, formatJudgement(judgement, reply.status, show));
    throw new YtProblem(judgement.kind, message, judgement.refusesToken);
  }

  function say(command: Command, reply: HttpReply, what: string): string {
    const { status, headers } = reply;
    const request = show(headers['x-yt-request-id'] ?? 'unknown');
    const server = show(headers['x-yt-proxy'] ?? proxy);
    return `YT ${command}: ${what} (HTTP ${status}${formatWay(reply)}, request ${request}, proxy ${server})`;
  }

  return { call, show };
}

/** A YT proxy has headers of its own on each of its answers. */
function isYts({ headers }: HttpReply): boolean {
  return Object.keys(headers).some((name) => name.startsWith('x-yt-'));
}

/** Only a POST's body is read for parameters; the strings of a query are taken as bytes already. */
function requestOf(url: string, method: 'GET' | 'POST', parameters: Readonly<Record<string, unknown>>) {
  if (method === 'POST') return { method, url, body: onWire(parameters) };
  const query = Object.entries(parameters).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return { method, url: `${url}?${query.join('&')}` };
}

function onWire(value: unknown): unknown {
  if (typeof value === 'string') return toWire(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, onWire(each)]));
}

function parsed(text: string): unknown {
  try {
    return parseStrictJson(text, { bigNumbersAs: 'string' });
  } catch {
    return undefined;
  }
}

function problemOfHttp(command: Command, error: unknown, proxy: string): unknown {
  if (!(error instanceof HttpProblem)) return error;
  if (error.kind === 'aborted') return new Failed('aborted', `YT ${command}: aborted`);
  const { isHopeless, message } = unreachable(error, proxy);
  return new YtProblem(isHopeless ? 'refused' : 'transient', `YT ${command}: ${message}`);
}
