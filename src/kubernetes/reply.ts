import type { HttpReply } from '../http/client.ts';
import { formatStatus } from '../http/proxy-answer.ts';
import { retryAfterMs } from '../http/retry-after.ts';
import { formatWrongAddress } from '../http/wrong-address.ts';
import { JsonProblem, parseStrictJson } from '../json/strict-json.ts';
import { KubernetesProblem, type ProblemKind } from './problem.ts';

/** An object as it travels, some of whose keys we know. */
export type Json = Readonly<Record<string, unknown>>;

/** Says what is from the server, fit to be shown. */
export type Show = (text: string) => string;

export interface ReplyContext {
  readonly server: string;
  /** What `server` is from, for messages. */
  readonly place: string;
  readonly show: Show;
  readonly nowMs: number;
}

/** The object that a good reply holds. Throws a `KubernetesProblem` for every other one. */
export function objectOf(reply: HttpReply, context: ReplyContext): Json {
  const body = parsed(reply.text);
  const isGood = reply.status >= 200 && reply.status < 300;
  if (isGood && isRecord(body) && typeof body['kind'] === 'string' && body['kind'] !== 'Status') return body;
  const status = statusIn(body);
  if (status === null) throw problemWithoutStatus(reply, context);
  throw problemOfStatus(status, reply, context);
}

/** An error in the words of the API server. */
interface Status {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  /** Of `details.retryAfterSeconds`, in milliseconds. */
  readonly afterMs: number;
}

/** Some errors come without `kind`, and as text/plain; what all of them have is `status`, `code` and a message. */
function statusIn(body: unknown): Status | null {
  if (!isRecord(body) || typeof body['code'] !== 'number' || body['status'] !== 'Failure') return null;
  const { code, reason, message, details } = body;
  const seconds = isRecord(details) ? details['retryAfterSeconds'] : 0;
  return {
    code,
    reason: typeof reason === 'string' ? reason : '',
    message: typeof message === 'string' ? message : '',
    afterMs: typeof seconds === 'number' ? seconds * 1000 : 0,
  };
}

function problemOfStatus(status: Status, { headers }: HttpReply, context: ReplyContext): KubernetesProblem {
  const { show, nowMs, place } = context;
  const { code, reason, message } = status;
  const said = message === '' ? reason : message;
  const afterMs = Math.max(status.afterMs, retryAfterMs(headers, nowMs));
  const kind = kindOf(status);
  const cure = kind === 'stranger' ? `: is the server of ${place} right, and new enough (1.21)?` : '';
  return new KubernetesProblem(kind, `"${show(said)}" (${code})${cure}`, afterMs);
}

/** What a status means to us. 409 has two meanings, which only its reason tells apart. */
function kindOf({ code, reason, message }: Status): ProblemKind {
  if (reason === 'AlreadyExists') return 'exists';
  if (code === 404 && /^the server could not find the requested resource/.test(message)) return 'stranger';
  return byCode.get(code) ?? (code >= 500 || code < 400 ? 'transient' : 'refused');
}

const byCode: ReadonlyMap<number, ProblemKind> = new Map([
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'notFound'],
  [408, 'transient'],
  [409, 'conflict'],
  [410, 'expired'],
  [429, 'transient'],
]);

function problemWithoutStatus(reply: HttpReply, { server, place, nowMs }: ReplyContext): KubernetesProblem {
  const { status, headers, text } = reply;
  const wrongAddress = formatWrongAddress(reply, server, `the server of ${place}`);
  if (wrongAddress !== null) return new KubernetesProblem('stranger', wrongAddress);
  if (status >= 500 || status === 408 || status === 429) {
    return new KubernetesProblem('transient', formatStatus(reply), retryAfterMs(headers, nowMs));
  }
  if (text.startsWith('{') && parsed(text) === undefined) {
    return new KubernetesProblem('unreadable', 'an answer that was cut, or is no JSON');
  }
  const what = status === 200 ? 'an answer' : `HTTP status ${status}`;
  return new KubernetesProblem(
    'stranger',
    `${what} that is not of Kubernetes: is the server of ${place} right, and no proxy before it?`,
  );
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined for what is no JSON. */
export function parsed(text: string): unknown {
  try {
    return parseStrictJson(text, { bigNumbersAs: 'string' });
  } catch (error) {
    if (error instanceof JsonProblem) return undefined;
    throw error;
  }
}
