import { resolve } from 'node:path';
import type { SecretFiles } from '../files/secret-files.ts';
import { messageOf } from '../host/file-problem.ts';
import type { Authorities, ClientCertificate } from '../http/trust.ts';
import { quoted } from '../text/quoted.ts';
import type { ExecPlugin, User } from './access.ts';
import { EXEC_VERSIONS } from './exec-credential.ts';
import type { Section } from './kubeconfig-text.ts';

interface UserContext {
  /** Where relative paths start. */
  readonly folder: string;
  readonly files: SecretFiles;
  readonly cluster: {
    readonly server: string;
    readonly section: Section;
    readonly authorities: Authorities | null;
  };
}

const NOBODY: User = { token: null, tokenFile: null, certificate: null, plugin: null };

/** Ways to show oneself that are gone from Kubernetes, or that nothing here needs. */
const NOT_SUPPORTED: Readonly<Record<string, string>> = {
  'auth-provider': 'was removed from Kubernetes: use exec',
  username: 'was removed from Kubernetes: use a token',
  as: 'is not supported: give the rights to the user itself',
  'as-uid': 'is not supported: give the rights to the user itself',
  'as-groups': 'is not supported: give the rights to the user itself',
};

/** The user of a context. Rejects with an `Error`, or a `FileProblem`, that repeats no secret. */
export async function readUser(section: Section | null, context: UserContext): Promise<User> {
  if (section === null) return NOBODY;
  for (const [key, why] of Object.entries(NOT_SUPPORTED)) {
    if (section.has(key)) throw new Error(`${section.place}.${key}: ${why}`);
  }
  const tokenFile = section.text('tokenFile');
  const exec = section.map('exec');
  return {
    token: section.text('token'),
    tokenFile: tokenFile === null ? null : resolve(context.folder, tokenFile),
    certificate: await certificateOf(section, context),
    plugin: exec === null ? null : await pluginOf(exec, context),
  };
}

async function certificateOf(section: Section, context: UserContext): Promise<ClientCertificate | null> {
  const cert = await pemOf(section, 'client-certificate', context);
  const key = await pemOf(section, 'client-key', context);
  if (cert === null && key === null) return null;
  if (cert === null || key === null) {
    throw new Error(`${section.place}: client-certificate and client-key are only of use together: give both`);
  }
  await refuseUnusable({ cert, key }, `${section.place}: client-certificate and client-key`);
  return { cert, key };
}

/** Throws an `Error` where TLS cannot show a certificate. */
export async function refuseUnusable(certificate: ClientCertificate, place: string): Promise<void> {
  // TLS is loaded for who needs it.
  const { createSecureContext } = await import('node:tls');
  try {
    createSecureContext(certificate);
  } catch (error) {
    throw new Error(`${place} cannot be used (${messageOf(error)}); expected a pair in PEM, without a passphrase`);
  }
}

async function pemOf(section: Section, key: string, { folder, files }: UserContext): Promise<string | null> {
  const data = section.text(`${key}-data`);
  if (data !== null) return Buffer.from(data, 'base64').toString('latin1');
  const file = section.text(key);
  return file === null ? null : (await files.read(resolve(folder, file))).text;
}

async function pluginOf(exec: Section, { folder, files, cluster }: UserContext): Promise<ExecPlugin> {
  const command = exec.text('command');
  if (command === null) throw new Error(`${exec.place}.command: is missing`);
  const apiVersion = exec.text('apiVersion') ?? 'none';
  if (!EXEC_VERSIONS.includes(apiVersion)) {
    throw new Error(
      `${exec.place}.apiVersion: ${quoted(apiVersion)} is none that is known: write ${EXEC_VERSIONS.join(' or ')}`,
    );
  }
  if (exec.text('interactiveMode') === 'Always') {
    throw new Error(`${exec.place}.interactiveMode: a plug-in that always asks cannot be answered here`);
  }
  const environment = exec.list('env').map((each) => [each.text('name') ?? '', each.text('value') ?? ''] as const);
  // A path with a slash starts at the file that names it.
  const program = command.includes('/') ? resolve(folder, command) : command;
  if (program.startsWith('/')) await files.guard(program);
  return {
    apiVersion,
    command: [program, ...exec.texts('args')],
    environment: Object.fromEntries(environment.filter(([name]) => name !== '')),
    cluster: exec.flag('provideClusterInfo') ? clusterInfo(cluster) : null,
    installHint: exec.text('installHint'),
  };
}

function clusterInfo({ server, section, authorities }: UserContext['cluster']): Readonly<Record<string, string>> {
  const name = section.text('tls-server-name');
  const bundle = authorities?.certificates.join('\n');
  return {
    server,
    ...(name !== null && { 'tls-server-name': name }),
    ...(bundle !== undefined && { 'certificate-authority-data': Buffer.from(bundle).toString('base64') }),
  };
}
