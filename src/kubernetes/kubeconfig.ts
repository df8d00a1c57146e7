import { dirname, resolve } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import { readSecretText } from '../credentials/secret-text.ts';
import { secretsIn } from '../credentials/secrets-in.ts';
import { Failed } from '../failure.ts';
import { type SecretFiles, TOKEN_BYTES_MAX } from '../files/secret-files.ts';
import { messageOf } from '../host/file-problem.ts';
import { authoritiesIn } from '../http/authorities.ts';
import { baseAddress, formatOpenWay } from '../http/base-address.ts';
import type { Authorities } from '../http/trust.ts';
import { quoted } from '../text/quoted.ts';
import type { Access, User } from './access.ts';
import { readKubeconfigText, type Section } from './kubeconfig-text.ts';
import { readUser } from './kubeconfig-user.ts';
import { KubernetesProblem } from './problem.ts';

/** The access by one context of a kubeconfig; null: the current one. Rejects with a `KubernetesProblem`. */
export async function accessOfContext(path: string, context: string | null, files: SecretFiles): Promise<Access> {
  try {
    const { text, notes } = await readSecretText({ key: 'kubeconfig', path, expected, failure: 'lockDenied' }, files);
    const root = readKubeconfigText(path, text);
    const name = context ?? root.text('current-context');
    if (name === null) throw new Error('has no current-context: set kubernetes_context');
    const chosen = root.named('contexts', name, 'context');
    const folder = dirname(path);
    const cluster = root.named('clusters', required(chosen, 'cluster'), 'cluster');
    const userName = chosen.text('user');
    const user = userName === null ? null : root.named('users', userName, 'user');
    const server = serverOf(cluster);
    const authorities = await authoritiesOf(cluster, { path, folder, files });
    const shown = await readUser(user, { folder, files, cluster: { server, section: cluster, authorities } });
    const openWay = showsToken(shown) ? formatOpenWay('kubeconfig', [server], 'token') : null;
    return {
      server,
      place: `context ${quoted(name)} of ${path}`,
      authorities,
      serverName: cluster.text('tls-server-name'),
      notes: openWay === null ? notes : [...notes, openWay],
      user: shown,
    };
  } catch (error) {
    if (error instanceof Failed) throw new KubernetesProblem('credentials', error.message);
    const place = error instanceof ConfigError ? '' : `${path}: `;
    throw new KubernetesProblem('credentials', `kubeconfig: ${place}${messageOf(error)}`);
  }
}

const expected = 'expected a kubeconfig, as kubectl has it in ~/.kube/config';

function required(section: Section, key: string): string {
  const found = section.text(key);
  if (found === null) throw new Error(`${section.place}.${key}: is missing`);
  return found;
}

function showsToken({ token, tokenFile, plugin }: User): boolean {
  return token !== null || tokenFile !== null || plugin !== null;
}

function serverOf(cluster: Section): string {
  if (cluster.flag('insecure-skip-tls-verify')) {
    throw new Error(
      `${cluster.place}.insecure-skip-tls-verify: a server whose certificate is not looked at may be anybody: remove it, ` +
        'and give certificate-authority',
    );
  }
  if (cluster.has('proxy-url')) {
    throw new Error(`${cluster.place}.proxy-url: is not used here: remove it, and set proxy_url of the watcher`);
  }
  const server = baseAddress(required(cluster, 'server'));
  if (server !== null) return server;
  throw new Error(`${cluster.place}.server: is no address: write it like https://host:6443`);
}

interface Files {
  readonly path: string;
  readonly folder: string;
  readonly files: SecretFiles;
}

async function authoritiesOf(cluster: Section, { path, folder, files }: Files): Promise<Authorities | null> {
  const data = cluster.text('certificate-authority-data');
  if (data !== null) {
    const place = `${cluster.place}.certificate-authority-data of ${path}`;
    const text = Buffer.from(data, 'base64').toString('latin1');
    return { certificates: authoritiesIn(text, place), place };
  }
  const file = cluster.text('certificate-authority');
  if (file === null) return null;
  const place = resolve(folder, file);
  return { certificates: authoritiesIn((await files.read(place)).text, place), place };
}

/** What its users show, of whatever context. Rejects with an `Error`. */
export async function secretsOfKubeconfig(path: string, files: SecretFiles): Promise<readonly string[]> {
  const root = readKubeconfigText(path, (await files.read(path)).text);
  const fileOf = (file: string | null, bytesMax?: number) =>
    file === null ? null : files.read(resolve(dirname(path), file), bytesMax);
  const users = root.list('users').flatMap((each) => each.map('user') ?? []);
  const found = users.flatMap((user) => [user.text('token'), user.text('client-key-data'), user.text('password')]);
  const read = users.flatMap((user) => [
    fileOf(user.text('tokenFile'), TOKEN_BYTES_MAX),
    fileOf(user.text('client-key')),
  ]);
  const decoded = users.map((user) => Buffer.from(user.text('client-key-data') ?? '', 'base64').toString('latin1'));
  const texts = [...found.map((text) => text ?? ''), ...decoded.map((text) => text.trim())];
  return [...texts.filter((text) => text !== ''), ...(await secretsIn(read))];
}
