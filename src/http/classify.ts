import type { HttpProblemKind } from './problem.ts';

/** Reads whatever axios or Node threw. Only `code` is trusted, and `message` for the one case that has no code. */
export function classify(error: unknown): { readonly kind: HttpProblemKind; readonly reason: string } {
  const code = textField(error, 'code');
  const kind = kindOf(code, textField(error, 'message'));
  return { kind, reason: code === '' ? words[kind] : `${words[kind]} (${code})` };
}

const words: Readonly<Record<HttpProblemKind, string>> = {
  refused: 'no connection',
  dns: 'the host name does not resolve',
  tls: 'TLS failed',
  timeout: 'no whole reply in time',
  aborted: 'aborted',
  tooLarge: 'the reply is too large',
  truncated: 'the connection ended before the whole reply was here',
  notUtf8: 'the reply is not UTF-8',
  broken: 'the reply is not HTTP we understand',
};

const kinds: ReadonlyMap<string, HttpProblemKind> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'refused'],
  ['EHOSTDOWN', 'refused'],
  ['ENETUNREACH', 'refused'],
  ['ENETDOWN', 'refused'],
  ['EADDRNOTAVAIL', 'refused'],
  ['EMFILE', 'refused'],
  ['ENFILE', 'refused'],
  ['EACCES', 'refused'],
  ['EPERM', 'refused'],
  ['ENOTFOUND', 'dns'],
  ['ENODATA', 'dns'],
  ['ETIMEDOUT', 'timeout'],
  ['ECONNABORTED', 'timeout'],
  ['ECONNRESET', 'truncated'],
  ['EPIPE', 'truncated'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'truncated'],
  ['ERR_BAD_RESPONSE', 'truncated'],
  ['Z_BUF_ERROR', 'truncated'],
  ['HPE_INVALID_EOF_STATE', 'truncated'],
  ['HPE_HEADER_OVERFLOW', 'tooLarge'],
  ['ERR_ENCODING_INVALID_ENCODED_DATA', 'notUtf8'],
  ['EPROTO', 'tls'],
]);

const families: readonly (readonly [RegExp, HttpProblemKind])[] = [
  [/^ERR_PROXY_/, 'refused'],
  [/^EAI_/, 'dns'],
  [/^(CERT_|CRL_|UNABLE_TO_|ERR_TLS_|ERR_SSL_)/, 'tls'],
  [/SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED/, 'tls'],
];

function kindOf(code: string, message: string): HttpProblemKind {
  // axios gives a body over its cap and a body that was cut the same code.
  if (code === 'ERR_BAD_RESPONSE' && message.startsWith('maxContentLength')) return 'tooLarge';
  return kinds.get(code) ?? families.find(([pattern]) => pattern.test(code))?.[1] ?? 'broken';
}

function textField(error: unknown, name: 'code' | 'message'): string {
  const value = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' ? value : '';
}
