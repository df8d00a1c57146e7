import type { SecretFiles } from '../../files/secret-files.ts';
import { messageOf } from '../../host/file-problem.ts';
import type { ClientCertificate } from '../../http/trust.ts';
import { badSecret, readSecretText, type SecretText } from '../secret-text.ts';

/** The password of a user: the only line of its file. Rejects with a `lockDenied`. */
export async function readPassword(path: string, files: SecretFiles): Promise<SecretText> {
  const file = { key: 'etcd_password_file', path, expected: 'expected the password of etcd_user on one line' };
  const { text, notes } = await readSecretText(file, files);
  const password = text.replace(/\r?\n$/, '');
  if (password === '') throw badSecret(file, 'is empty');
  if (/\p{Cc}/u.test(password)) throw badSecret(file, 'has more than one line, or characters that no password has');
  return { text: password, notes };
}

interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A client certificate and what is to be said about its files. */
interface CertificateRead {
  readonly certificate: ClientCertificate;
  readonly notes: readonly string[];
}

/** The client certificate of two files in PEM. Rejects with a `lockDenied`. */
export async function readCertificate(
  { certFile, keyFile }: CertificateFiles,
  files: SecretFiles,
): Promise<CertificateRead> {
  const certified = { key: 'etcd_cert_file', path: certFile, expected: 'expected a certificate in PEM' };
  const secret = {
    key: 'etcd_private_key_file',
    path: keyFile,
    expected: 'expected the private key of etcd_cert_file, in PEM and without a passphrase',
  };
  const { text: cert } = await readSecretText(certified, files);
  const { text: key, notes } = await readSecretText(secret, files);
  // TLS is loaded for who needs it.
  const { createSecureContext } = await import('node:tls');
  refuse(() => createSecureContext({ cert }), certified);
  refuse(() => createSecureContext({ cert, key }), secret);
  return { certificate: { cert, key }, notes };
}

function refuse(attempt: () => unknown, file: Parameters<typeof badSecret>[0]): void {
  try {
    attempt();
  } catch (error) {
    throw badSecret(file, `cannot be used (${messageOf(error)})`);
  }
}
