/** What is read of the two files of a client certificate, and what is said where they are none. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CertificateKeys, readCertificate } from '../../src/credentials/client-certificate.ts';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import { newAuthority } from '../support/certificates.ts';
import { tempFolder } from '../support/temp-folder.ts';

const keys = { certFile: { name: 'x_cert_file' }, privateKeyFile: { name: 'x_private_key_file' } } as CertificateKeys;
const authority = newAuthority();
const own = authority.certify();

/** Reads the two with these texts; null: not configured. */
function read(certificate: string | null, key: string | null) {
  const folder = tempFolder();
  const pathOf = (name: string, text: string | null, mode: number) => {
    if (text === null) return null;
    writeFileSync(join(folder, name), text, { mode });
    return join(folder, name);
  };
  const certFile = pathOf('cert.pem', certificate, 0o644);
  const privateKeyFile = pathOf('key.pem', key, 0o640);
  return readCertificate(
    { keys, certFile, privateKeyFile, failure: 'lockDenied' },
    createSecretFiles({ allowUnsafe: false }),
  );
}

test('a certificate and its key are read, and it is said where others may read the key', async () => {
  expect(await read(own.certificate, own.key)).toEqual({
    certificate: { cert: own.certificate, key: own.key },
    notes: [expect.stringMatching(/^x_private_key_file: .*key\.pem is open to other users/)],
  });
});

test.each([
  ['a certificate', own.certificate, null],
  ['a key', null, own.key],
])('%s alone is none', async (_, certificate, key) => {
  expect(await read(certificate, key)).toBeNull();
});

test.each([
  [
    'no certificate',
    'CANARY',
    own.key,
    /^x_cert_file: \S*cert\.pem cannot be used \(.+\); expected a certificate in PEM$/,
  ],
  [
    'no key',
    own.certificate,
    'CANARY',
    /^x_private_key_file: \S*key\.pem cannot be used \(.+\); expected the private key of x_cert_file,/,
  ],
  [
    'the key of another',
    own.certificate,
    authority.key,
    /^x_private_key_file: \S*key\.pem cannot be used \(.+\); expected the private/,
  ],
])('%s is refused, with what the file should be and without what is in it', async (_, certificate, key, words) => {
  const failure = { kind: 'lockDenied', message: expect.stringMatching(words) };
  await expect(read(certificate, key)).rejects.toMatchObject({ failure });
  await expect(read(certificate, key)).rejects.not.toThrow('CANARY');
});
