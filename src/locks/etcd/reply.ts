import type { HttpReply } from '../../http/client.ts';
import { formatStatus } from '../../http/proxy-answer.ts';
import { formatWrongAddress } from '../../http/wrong-address.ts';
import { parseStrictJson } from '../../json/strict-json.ts';
import { isRecord, reactionTo, readEtcdError } from './errors.ts';
import { EtcdProblem } from './problem.ts';

/** An answer, or the first line of one that comes in lines. */
export type Result = Readonly<Record<string, unknown>>;

/** What etcd's JSON gateway answered. Throws an `EtcdProblem` for everything that is no good answer. */
export function resultOf(reply: HttpReply, endpoint: string, show: (text: string) => string): Result {
  const [first = ''] = reply.text.trim().split('\n');
  const body = parsed(first);
  const error = readEtcdError(body);
  if (error !== null) throw new EtcdProblem(reactionTo(error), `"${show(error.message)}" (code ${error.code})`);
  if (isGood(reply.status)) return goodResult(body, first);
  throw problemOfStatus(reply, endpoint);
}

function goodResult(body: unknown, text: string): Result {
  const result = isRecord(body) && isRecord(body['result']) ? body['result'] : body;
  // etcd 3.6 answers a stream that it cannot read with nothing at all.
  if (text === '') throw new EtcdProblem('transient', 'an empty answer');
  if (!isRecord(result)) throw stranger('an answer that is not JSON');
  if (isRecord(result['header'])) return result;
  throw stranger('an answer without a header');
}

/** Texts that are no JSON come from the gateway itself, from a proxy before it, or from somebody else. */
function problemOfStatus(reply: HttpReply, endpoint: string): EtcdProblem {
  const { status, text } = reply;
  if (/CommonName of client sending a request against gateway/i.test(text)) {
    return new EtcdProblem(
      'denied',
      'etcd takes no requests in JSON under a client certificate with a CommonName: give etcd_cert_file one without it, ' +
        'and set etcd_user',
    );
  }
  const wrongAddress = formatWrongAddress(reply, endpoint, 'etcd_endpoints');
  if (wrongAddress !== null) return new EtcdProblem('stranger', wrongAddress);
  if (status >= 500 || status === 408 || status === 429) return new EtcdProblem('transient', formatStatus(reply));
  return stranger(`HTTP status ${status}`);
}

function stranger(what: string): EtcdProblem {
  return new EtcdProblem(
    'stranger',
    `${what}, which is not etcd's: is etcd_endpoints right? (etcd 3.4 or newer is needed, with its gRPC gateway on)`,
  );
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

function parsed(text: string): unknown {
  try {
    return parseStrictJson(text, { bigNumbersAs: 'string' });
  } catch {
    return undefined;
  }
}

/** A line of a stream, as far as it can be read. */
export function lineOf(text: string): Result {
  const body = parsed(text);
  return isRecord(body) ? body : {};
}
