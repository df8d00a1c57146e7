import { readSecretLine, type SecretText } from '../../credentials/secret-text.ts';
import type { SecretFiles } from '../../files/secret-files.ts';

/** The password of a user: the only line of its file. Rejects with a `lockDenied`. */
export function readPassword(path: string, files: SecretFiles): Promise<SecretText> {
  const expected = 'expected the password of etcd_user on one line';
  return readSecretLine({ key: 'etcd_password_file', path, expected, failure: 'lockDenied' }, files);
}
