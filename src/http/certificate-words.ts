/**
 * What is wrong with a server's certificate and what to do about it; null for a code that is about something else.
 * `place` is where the authorities come from that are believed.
 */
export function formatCertificate(code: string, place = 'the file that ca_file names'): string | null {
  const found = families.find(([pattern]) => pattern.test(code));
  return found === undefined ? null : found[1].replaceAll(PLACE, place);
}

const PLACE = '{place}';

const UNKNOWN_AUTHORITY =
  'its certificate is not signed by an authority that is trusted here: add the certificate of that authority, in PEM, to ' +
  PLACE;

/** The first that matches counts; the last one takes whatever else OpenSSL has against a certificate. */
const families: readonly (readonly [RegExp, string])[] = [
  [
    /^(UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|CERT_UNTRUSTED)$/,
    UNKNOWN_AUTHORITY,
  ],
  [
    /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    `its certificate is signed by itself alone: have it signed, or add it, in PEM, to ${PLACE}`,
  ],
  [/^CERT_HAS_EXPIRED$/, 'its certificate has expired: renew it on the server, and check the clock of this host'],
  [/^CERT_NOT_YET_VALID$/, 'its certificate is not valid yet: check the clock of this host'],
  [
    /^(ERR_TLS_CERT_ALTNAME_(INVALID|FORMAT)|HOSTNAME_MISMATCH)$/,
    'its certificate is for other names: use one of them in the address, or have the certificate made for this one',
  ],
  [/^CERT_REVOKED$/, 'its certificate was revoked: renew it on the server'],
  [
    /^(CERT_SIGNATURE_FAILURE|UNABLE_TO_DECRYPT_CERT_SIGNATURE|UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY)$/,
    `its certificate does not match the authority of that name here: update ${PLACE}`,
  ],
  [
    /^(CERT_|CRL_|UNABLE_TO_GET_CRL|UNABLE_TO_DECRYPT_CRL|ERROR_IN_(CERT|CRL)_|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|SUBTREE_|SUITE_B_|EE_KEY_TOO_SMALL|CA_KEY_TOO_SMALL|CA_MD_TOO_WEAK|OUT_OF_MEM)/,
    `its certificate, or that of its authority, is not fit for a server: renew it, and see that its authority is in ${PLACE}`,
  ],
];
