import type { FailureKind } from '../../machines/vocabulary.ts';
import { readCertificate } from '../credentials/client-certificate.ts';
import { badSecret, readSecretLine, type SecretText } from '../credentials/secret-text.ts';
import { secretsIn } from '../credentials/secrets-in.ts';
import { showSecret } from '../credentials/shown-secret.ts';
import type { SecretFiles } from '../files/secret-files.ts';
import { formatOpenWay } from '../http/base-address.ts';
import type { HttpClients } from '../http/clients.ts';
import { type Consul, createConsul } from './client.ts';
import { type ConsulSettings, consulCertificate } from './settings.ts';

/** What both backends are given by a run. */
export interface AccessContext {
  readonly http: HttpClients;
  readonly secretFiles: SecretFiles;
  readonly note: (line: string) => void;
}

/** A way to Consul, as it is configured. */
export interface ConsulAccess {
  /** Reads token and certificate when it is first needed. Rejects with a `Failed` where they are no good. */
  open(limits: HttpLimits): Promise<OpenConsul>;
}

export type HttpLimits = Omit<Parameters<HttpClients['client']>[0], 'certificate'>;

export interface OpenConsul extends Consul {
  /** Drops its connections. */
  close(): void;
}

/** `failure` is what a run fails with where token or certificate are no good. */
export function createAccess(own: ConsulSettings, context: AccessContext, failure: FailureKind): ConsulAccess {
  let credentials: ReturnType<typeof readCredentials> | null = null;

  async function readAndNote() {
    const read = await readCredentials(own, context.secretFiles, failure);
    const openWay = read.token === null ? null : formatOpenWay('consul_url', own.consulUrl, 'token');
    const notes = [...(read.token?.notes ?? []), ...(read.certificate?.notes ?? []), openWay];
    for (const line of notes) if (line !== null) context.note(line);
    return read;
  }

  return {
    async open(limits) {
      credentials ??= readAndNote();
      const { certificate } = await credentials;
      const client = context.http.client({
        ...limits,
        ...(certificate === null ? {} : { certificate: certificate.certificate }),
      });
      const { consulUrl: urls, consulNamespace: namespace } = own;
      const { secretFiles } = context;
      const path = own.consulTokenFile;
      const shown =
        path === null
          ? null
          : showSecret(
              async () => (await readToken(path, secretFiles, failure)).text,
              () => secretFiles.refused(path),
            );
      return { ...createConsul({ urls, namespace, token: shown, client }), close: client.close };
    },
  };
}

/** Looks whether token and certificate are there and good, and asks nobody. Rejects with a `Failed`. */
export async function checkCredentials(own: ConsulSettings, files: SecretFiles, failure: FailureKind): Promise<void> {
  await readCredentials(own, files, failure);
}

/** What must not be written anywhere. */
export function consulSecrets(own: ConsulSettings, files: SecretFiles): Promise<readonly string[]> {
  const { consulTokenFile, consulPrivateKeyFile } = own;
  return secretsIn([
    consulTokenFile === null ? null : readToken(consulTokenFile, files, 'lockDenied'),
    consulPrivateKeyFile === null ? null : files.read(consulPrivateKeyFile),
  ]);
}

async function readCredentials(own: ConsulSettings, files: SecretFiles, failure: FailureKind) {
  const { consulTokenFile, consulCertFile: certFile, consulPrivateKeyFile: privateKeyFile } = own;
  return {
    token: consulTokenFile === null ? null : await readToken(consulTokenFile, files, failure),
    certificate: await readCertificate({ keys: consulCertificate, certFile, privateKeyFile, failure }, files),
  };
}

async function readToken(path: string, files: SecretFiles, failure: FailureKind): Promise<SecretText> {
  const expected = 'expected the SecretID of a token on one line';
  const file = { key: 'consul_token_file', path, expected, failure };
  const { text, notes } = await readSecretLine(file, files);
  const token = text.trim();
  if (!/^[!-~]+$/.test(token)) throw badSecret(file, 'has spaces in its line, or characters that no token has');
  return { text: token, notes };
}
