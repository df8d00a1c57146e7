import type { Answer } from '../http/deliver.ts';

/** A request that Consul turns down; its words are the body. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

/** What an answer reports of the read behind it. */
export interface ReadMeta {
  readonly index: number;
  readonly isFiltered?: boolean;
  readonly effectiveConsistency?: string;
}

/** What each answer reports of the server. */
export interface ServerMeta {
  readonly defaultPolicy: 'allow' | 'deny';
  readonly isLeaderKnown: boolean;
  readonly lastContactMs: number;
}

/** `read` is null for what changes something; a read of null is one that found nothing. */
export function jsonReply(body: unknown, server: ServerMeta, read: ReadMeta | null): Answer {
  const headers = { ...commonHeaders(server), ...(read === null ? {} : readHeaders(server, read)) };
  if (read !== null && body === null) return { status: 404, headers, body: '' };
  return { status: 200, headers: { 'content-type': 'application/json', ...headers }, body: writeJson(body) };
}

/** What is no part of the API knows nothing of Consul's headers. */
export function unknownPath(): Answer {
  const body = 'Invalid URL path: not a recognized HTTP API endpoint\n';
  return { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

export function refusalReply({ status, message }: Refusal, server: ServerMeta): Answer {
  const headers = { 'content-type': 'text/plain; charset=utf-8', ...commonHeaders(server) };
  return { status, headers, body: message };
}

function commonHeaders({ defaultPolicy }: ServerMeta): Record<string, string> {
  return { vary: 'Accept-Encoding', 'x-consul-default-acl-policy': defaultPolicy };
}

function readHeaders(server: ServerMeta, { index, isFiltered = false, effectiveConsistency }: ReadMeta) {
  return {
    'x-consul-index': String(index),
    'x-consul-knownleader': String(server.isLeaderKnown),
    'x-consul-lastcontact': String(server.lastContactMs),
    'x-consul-query-backend': 'blocking-query',
    ...(effectiveConsistency === undefined ? {} : { 'x-consul-effective-consistency': effectiveConsistency }),
    ...(isFiltered ? { 'x-consul-results-filtered-by-acls': 'true' } : {}),
  };
}

/** Numbers beyond 2^53 are written with all their digits. */
function writeJson(body: unknown): string {
  const marked = JSON.stringify(body, (_, value) => (typeof value === 'bigint' ? `${MARK}${value}` : value));
  return marked.replace(new RegExp(`"${MARK}(\\d+)"`, 'g'), '$1');
}

const MARK = '~number~';
