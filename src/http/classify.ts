import { formatCertificate } from './certificate-words.ts';
import type { HttpProblemKind } from './problem.ts';

export interface Classified {
  readonly kind: HttpProblemKind;
  readonly reason: string;
  readonly unknownHost: string | null;
}

/** Reads whatever axios or Node threw. Only `code` is trusted, and other fields where Node gives different things one code. */
export function classify(error: unknown, authoritiesPlace?: string): Classified {
  const code = textField(error, 'code');
  const kind = kindOf(error, code);
  const what = formatCertificate(code, authoritiesPlace) ?? words[kind];
  const unknownHost = code === 'ENOTFOUND' ? textField(causeOf(error), 'hostname') || null : null;
  return { kind, reason: code === '' ? what : `${what} (${code})`, unknownHost };
}

const words: Readonly<Record<HttpProblemKind, string>> = {
  refused: 'no connection',
  dns: 'the host name does not resolve',
  proxyDenied: 'the proxy lets nothing through',
  untrusted: 'its certificate is not trusted',
  wrongScheme: 'one side speaks TLS and the other plain HTTP',
  notHttp: 'what answers there speaks no HTTP',
  tls: 'TLS failed',
  timeout: 'timed out before the response was complete',
  aborted: 'aborted',
  tooLarge: 'the reply is too large',
  truncated: 'the connection ended before the whole reply was here',
  notUtf8: 'the reply is not UTF-8',
  broken: 'invalid HTTP response',
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
  [/^EAI_/, 'dns'],
  [/^(ERR_TLS_|ERR_SSL_)/, 'tls'],
];

function kindOf(error: unknown, code: string): HttpProblemKind {
  if (formatCertificate(code) !== null) return 'untrusted';
  if (isWrongScheme(error, code)) return 'wrongScheme';
  const known = kinds.get(code) ?? families.find(([pattern]) => pattern.test(code))?.[1];
  return known ?? (isNotHttp(error, code) ? 'notHttp' : 'broken');
}

/** A handshake that is answered in clear text, or an answer that is a TLS alert. */
function isWrongScheme(error: unknown, code: string): boolean {
  if (/^(EPROTO|ERR_SSL_)/.test(code)) {
    return /wrong version number|packet length too long|http request/i.test(textField(causeOf(error), 'message'));
  }
  const packet = packetOf(error, code);
  return packet?.[0] === TLS_ALERT && packet[1] === TLS_MAJOR;
}

/** What is wrong further on in a reply may be better in another one; a reply that does not begin like one is another service's. */
function isNotHttp(error: unknown, code: string): boolean {
  const packet = packetOf(error, code);
  return (
    packet !== null &&
    packet.length >= BEGINNING.length &&
    !Buffer.from(packet).toString('latin1').startsWith(BEGINNING)
  );
}

/** What the parser of HTTP could not read. */
function packetOf(error: unknown, code: string): Uint8Array | null {
  const packet = code.startsWith('HPE_') ? field(causeOf(error), 'rawPacket') : undefined;
  return packet instanceof Uint8Array ? packet : null;
}

const BEGINNING = 'HTTP/';

const TLS_ALERT = 0x15;
const TLS_MAJOR = 0x03;

/** What axios has wrapped. */
function causeOf(error: unknown): unknown {
  return field(error, 'cause') ?? error;
}

function textField(error: unknown, name: string): string {
  const value = field(error, name);
  return typeof value === 'string' ? value : '';
}

function field(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}
