import type { FailureKind } from '../../machines/vocabulary.ts';
import type { Key, keyGroup } from '../config/key.ts';
import { orNone, path } from '../config/value-types.ts';
import type { SecretFiles } from '../files/secret-files.ts';
import { messageOf } from '../host/file-problem.ts';
import type { ClientCertificate } from '../http/trust.ts';
import { badSecret, readSecretText, type SecretFile } from './secret-text.ts';

/** The two rows of a service that may ask for a client certificate. */
export interface CertificateKeys {
  readonly certFile: Key<string | null>;
  readonly privateKeyFile: Key<string | null>;
}

/** The rows `<service>_cert_file` and `<service>_private_key_file`; `more` ends the first one's sentence. */
export function certificateKeys(
  key: ReturnType<typeof keyGroup>,
  { service, called, more = '' }: { readonly service: string; readonly called: string; readonly more?: string },
): CertificateKeys {
  return {
    certFile: key(`${service}_cert_file`, orNone(path), 'none', {
      doc: `Client certificate in PEM, where ${called} asks for one${more}.`,
    }),
    privateKeyFile: key(`${service}_private_key_file`, orNone(path), 'none', {
      doc: `The private key of ${service}_cert_file, in PEM, without a passphrase.`,
    }),
  };
}

/** Where a client certificate is to be found; both are null, or none. */
export interface CertificateFiles {
  readonly keys: CertificateKeys;
  readonly certFile: string | null;
  readonly privateKeyFile: string | null;
  /** What a run fails with that cannot use it. */
  readonly failure: FailureKind;
}

/** A client certificate and what is to be said about its files. */
export interface CertificateRead {
  readonly certificate: ClientCertificate;
  readonly notes: readonly string[];
}

/** The client certificate of two files in PEM; null where none is configured. Rejects with a `Failed`. */
export async function readCertificate(
  { keys, certFile, privateKeyFile, failure }: CertificateFiles,
  files: SecretFiles,
): Promise<CertificateRead | null> {
  if (certFile === null || privateKeyFile === null) return null;
  const certified = { key: keys.certFile.name, path: certFile, expected: 'expected a certificate in PEM', failure };
  const secret = {
    key: keys.privateKeyFile.name,
    path: privateKeyFile,
    expected: `expected the private key of ${keys.certFile.name}, in PEM and without a passphrase`,
    failure,
  };
  const { text: cert } = await readSecretText(certified, files);
  const { text: key, notes } = await readSecretText(secret, files);
  // TLS is loaded for who needs it.
  const { createSecureContext } = await import('node:tls');
  refuse(() => createSecureContext({ cert }), certified);
  refuse(() => createSecureContext({ cert, key }), secret);
  return { certificate: { cert, key }, notes };
}

function refuse(attempt: () => unknown, file: SecretFile): void {
  try {
    attempt();
  } catch (error) {
    throw badSecret(file, `cannot be used (${messageOf(error)})`);
  }
}
