import { expect, test } from 'vitest';
import { classify } from '../../src/http/classify.ts';
import type { HttpProblemKind } from '../../src/http/problem.ts';

const kindOf = (error: unknown) => classify(error).kind;

test.each<[HttpProblemKind, string]>([
  ['refused', 'ECONNREFUSED EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN EADDRNOTAVAIL EMFILE ENFILE EACCES EPERM'],
  ['dns', 'ENOTFOUND ENODATA EAI_AGAIN EAI_FAIL'],
  ['timeout', 'ETIMEDOUT ECONNABORTED'],
  ['truncated', 'ECONNRESET EPIPE ERR_STREAM_PREMATURE_CLOSE ERR_BAD_RESPONSE Z_BUF_ERROR HPE_INVALID_EOF_STATE'],
  ['tooLarge', 'HPE_HEADER_OVERFLOW'],
  ['notUtf8', 'ERR_ENCODING_INVALID_ENCODED_DATA'],
  ['tls', 'EPROTO ERR_TLS_HANDSHAKE_TIMEOUT ERR_SSL_NO_CIPHER_MATCH'],
  ['untrusted', 'CERT_HAS_EXPIRED SELF_SIGNED_CERT_IN_CHAIN ERR_TLS_CERT_ALTNAME_INVALID'],
  ['broken', 'HPE_INVALID_CONSTANT ESOMETHING X_EAI_ X_ERR_TLS_'],
])('%s is what %s mean', (kind, codes) => {
  for (const code of codes.split(' ')) {
    const { reason, ...rest } = classify({ code });
    expect(rest, code).toEqual({ kind, unknownHost: null });
    expect(reason).toMatch(new RegExp(`^.+ \\(${code}\\)$`));
  }
});

test('whatever was thrown is reported in words, and only a text is a code', () => {
  for (const thrown of [null, undefined, 7, 'ECONNREFUSED', {}, { code: 7 }, { code: null }, () => {}])
    expect(classify(thrown)).toEqual({ kind: 'broken', reason: 'invalid HTTP response', unknownHost: null });
});

test('the host that does not resolve is named, whoever wraps the error, and for no other code', () => {
  expect(classify({ code: 'ENOTFOUND', hostname: 'a.example' }).unknownHost).toBe('a.example');
  expect(classify({ code: 'ENOTFOUND', cause: { hostname: 'b.example' } }).unknownHost).toBe('b.example');
  expect(classify({ code: 'ENOTFOUND', hostname: '' }).unknownHost).toBe(null);
  expect(classify({ code: 'ECONNREFUSED', hostname: 'a.example' }).unknownHost).toBe(null);
});

test.each([
  ['EPROTO', 'wrong version number', 'wrongScheme'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'packet length too long', 'wrongScheme'],
  ['ERR_SSL_HTTP_REQUEST', 'HTTP Request', 'wrongScheme'],
  ['EPROTO', 'bad certificate', 'tls'],
  ['ECONNRESET', 'wrong version number', 'truncated'],
  ['X_EPROTO', 'wrong version number', 'broken'],
])('%s with "%s" is %s', (code, message, kind) => {
  expect(kindOf({ code, message: 'x', cause: { message } })).toBe(kind);
  expect(kindOf({ code, message })).toBe(kind);
});

test.each<[string, readonly number[] | string, HttpProblemKind]>([
  ['a TLS alert', [0x15, 0x03, 0x01], 'wrongScheme'],
  ['something that begins like an alert', [0x15, 0x04, 0, 0, 0], 'notHttp'],
  ['another service', 'SSH-2.0-OpenSSH', 'notHttp'],
  ['just enough of another service', 'SSH-2', 'notHttp'],
  ['too little to say', 'SSH-', 'broken'],
  ['HTTP that is broken further on', 'HTTP/1.1 2x0', 'broken'],
  ['nothing', '', 'broken'],
])('an answer that is %s', (_what, packet, kind) => {
  const rawPacket = typeof packet === 'string' ? Buffer.from(packet) : Uint8Array.from(packet);
  expect(kindOf({ code: 'HPE_INVALID_CONSTANT', cause: { rawPacket } })).toBe(kind);
  expect(kindOf({ code: 'HPE_INVALID_CONSTANT', rawPacket })).toBe(kind);
  expect(kindOf({ code: 'ESOMETHING', rawPacket }), 'no code of the parser').toBe('broken');
  expect(kindOf({ code: 'HPE_INVALID_CONSTANT', rawPacket: String(packet) }), 'no bytes').toBe('broken');
});

test('a certificate is reported with where the authorities come from', () => {
  const { reason } = classify({ code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'etcd_ca_file');
  expect(reason).toContain('in PEM, to etcd_ca_file (SELF_SIGNED_CERT_IN_CHAIN)');
});
