import type { HttpReply } from '../http/client.ts';
import { formatStatus } from '../http/proxy-answer.ts';
import { formatWrongAddress } from '../http/wrong-address.ts';
import { JsonProblem, parseStrictJson } from '../json/strict-json.ts';
import { ConsulProblem } from './problem.ts';

/** An answer of Consul: 200, or its own 404 for a key or a session that it does not have. */
export interface ConsulReply {
  readonly isFound: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** What was asked of whom, to begin a message with. */
  readonly about: string;
}

/** What Consul answered. Throws a `ConsulProblem` for everything that is no good answer. */
export function readReply(
  reply: HttpReply,
  address: string,
  show: (text: string) => string,
): Omit<ConsulReply, 'about'> {
  const { status, headers, text } = reply;
  const isOwn = isConsuls(headers);
  if (status === 200 && (isOwn || isJson(text))) return { isFound: true, headers, text };
  if (status === 404 && (isOwn || /^Session id .* not found/.test(text))) return { isFound: false, headers, text };
  const wrongAddress = formatWrongAddress(reply, address, 'consul_url');
  if (wrongAddress !== null) throw new ConsulProblem('stranger', wrongAddress);
  if (isOwn) throw ownProblem(status, show(text.trim()));
  // Between us and Consul there may be a proxy, which says no in its own words.
  if (status === 401) throw new ConsulProblem('unknownToken', `HTTP status ${status}`);
  if (status === 403) throw new ConsulProblem('forbidden', formatStatus(reply));
  if (isTrouble(status)) throw new ConsulProblem('transient', formatStatus(reply));
  throw new ConsulProblem(
    'stranger',
    `HTTP status ${status} without a header of Consul: is consul_url right? (Consul 1.7 or newer is needed)`,
  );
}

/** The JSON of an answer; integers beyond 2^53 are texts. Throws a `ConsulProblem`. */
export function jsonOf({ text, about }: ConsulReply): unknown {
  try {
    return parseStrictJson(text, { bigNumbersAs: 'string' });
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw new ConsulProblem('unreadable', `${about}: an answer that is not JSON: ${error.message}`, true);
  }
}

/** Older versions have no header of their own on what changes something. */
function isJson(text: string): boolean {
  return /^(\[|\{"|true|false|null)/.test(text.trimStart());
}

/** Consul has one of these on each of its answers. */
function isConsuls(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => name.startsWith('x-consul-'));
}

/** Errors of Consul are plain text, and one status has many of them. */
function ownProblem(status: number, text: string): ConsulProblem {
  const said = `"${text}" (HTTP status ${status})`;
  if (/\b(ACL|token) not found/i.test(text)) {
    return new ConsulProblem('unknownToken', `${said}: it does not know the token in consul_token_file`);
  }
  if (status === 401) return new ConsulProblem('unknownToken', said);
  if (status === 403 || /permission denied/i.test(text)) return new ConsulProblem('forbidden', said);
  if (/invalid session "/i.test(text)) return new ConsulProblem('gone', said);
  if (/invalid session TTL/i.test(text)) return new ConsulProblem('refused', said);
  if (/missing node registration/i.test(text)) return new ConsulProblem('noNode', said);
  if (/no path to datacenter/i.test(text)) return new ConsulProblem('noDatacenter', said);
  return new ConsulProblem(isTrouble(status) ? 'transient' : 'refused', said);
}

function isTrouble(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}
