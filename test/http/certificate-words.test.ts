import { expect, test } from 'vitest';
import { formatCertificate } from '../../src/http/certificate-words.ts';

test.each([
  ['UNABLE_TO_GET_ISSUER_CERT', /not signed by an authority that is trusted here: .* to PLACE$/],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /not signed by an authority/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /not signed by an authority/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /not signed by an authority/],
  ['CERT_UNTRUSTED', /not signed by an authority/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /signed by itself alone: .* to PLACE$/],
  ['CERT_HAS_EXPIRED', /has expired: .* clock of this host$/],
  ['CERT_NOT_YET_VALID', /not valid yet: check the clock/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /for other names/],
  ['ERR_TLS_CERT_ALTNAME_FORMAT', /for other names/],
  ['HOSTNAME_MISMATCH', /for other names/],
  ['CERT_REVOKED', /was revoked/],
  ['CERT_SIGNATURE_FAILURE', /does not match the authority of that name here: update PLACE$/],
  ['CERT_CHAIN_TOO_LONG', /not fit for a server/],
  ['CRL_HAS_EXPIRED', /not fit for a server/],
  ['INVALID_PURPOSE', /not fit for a server: .* is in PLACE$/],
  ['EE_KEY_TOO_SMALL', /not fit for a server/],
])('%s is a certificate that %s', (code, words) => {
  expect(formatCertificate(code, 'PLACE')).toMatch(words);
});

test('the place is ca_file where no other is said, and other codes are about something else', () => {
  expect(formatCertificate('DEPTH_ZERO_SELF_SIGNED_CERT')).toContain('to the file that ca_file names');
  for (const code of ['ECONNREFUSED', 'ERR_TLS_HANDSHAKE_TIMEOUT', 'EPROTO', ''])
    expect(formatCertificate(code)).toBe(null);
});
