import { hasAnswered } from '../../machines/command-answer.ts';
import { lastLine } from '../../machines/last-line.ts';
import type { CommandOutput } from '../../machines/vocabulary.ts';
import type { AskCommand } from '../command/ask-command.ts';
import { whyNotStarted } from '../command/start-problem.ts';
import type { ClientCertificate } from '../http/trust.ts';
import { JsonProblem, parseStrictJson } from '../json/strict-json.ts';
import { asPhrase } from '../text/printable.ts';
import type { ExecPlugin } from './access.ts';
import { KubernetesProblem } from './problem.ts';

/** What a plug-in gave us to show. */
export interface Shown {
  readonly token: string | null;
  readonly certificate: ClientCertificate | null;
  /** Unix milliseconds; null: not before the server refuses it. */
  readonly expiresAt: number | null;
}

export const EXEC_VERSIONS: readonly string[] = [
  'client.authentication.k8s.io/v1',
  'client.authentication.k8s.io/v1beta1',
];

const TIME_LIMIT_MS = 60_000;
const BYTES_MAX = 1_048_576;

/** Runs a plug-in and reads what it printed. Rejects with a `KubernetesProblem` that repeats none of it, or a `Failed`. */
export async function runExecPlugin(plugin: ExecPlugin, ask: AskCommand, signal: AbortSignal): Promise<Shown> {
  const { apiVersion, command, cluster, installHint } = plugin;
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false, ...(cluster && { cluster }) } };
  const question = {
    command,
    environment: { ...plugin.environment, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    timeLimitMs: TIME_LIMIT_MS,
    stdin: '',
    maxBytes: BYTES_MAX,
  };
  const { result, stdout } = await ask(question, signal);
  const fail = (what: string, kind: 'credentials' | 'transient' = 'credentials'): never => {
    throw new KubernetesProblem(kind, `the exec plug-in ${asPhrase(command[0])} ${what}`);
  };
  if (result.how === 'notStarted') {
    const hint = installHint === null ? '' : `; ${asPhrase(installHint)}`;
    return fail(`cannot be started: ${whyNotStarted(result.message ?? 'unknown reason')}${hint}`);
  }
  if (stdout === null) return fail(`printed more than ${BYTES_MAX} bytes`);
  if (result.how === 'timedOut') return fail(`did not end within ${TIME_LIMIT_MS / 1000}s`, 'transient');
  const said = lastWords(result.output);
  if (!hasAnswered(result)) {
    return fail(
      `failed with ${result.code === null ? `signal ${result.signal}` : `code ${result.code}`}${said}`,
      'transient',
    );
  }
  try {
    return readExecCredential(stdout.toString('utf8'), apiVersion);
  } catch (error) {
    return fail(`printed no ${apiVersion} ExecCredential: ${(error as Error).message}${said}`);
  }
}

/** Throws an `Error` that repeats none of the text. */
function readExecCredential(text: string, apiVersion: string): Shown {
  const credential = objectIn(parsed(text));
  if (credential['kind'] !== 'ExecCredential') throw new Error('its kind is another');
  if (credential['apiVersion'] !== apiVersion) throw new Error('its apiVersion is another');
  const status = objectIn(credential['status']);
  const textOf = (key: string): string | null => {
    const found = status[key] ?? null;
    if (found === null || found === '') return null;
    if (typeof found !== 'string') throw new Error(`status.${key}: expected a text`);
    return found;
  };
  const token = textOf('token');
  const [cert, key] = [textOf('clientCertificateData'), textOf('clientKeyData')];
  if ((cert === null) !== (key === null)) {
    throw new Error('status.clientCertificateData and status.clientKeyData are only of use together');
  }
  if (token === null && cert === null) throw new Error('it has neither status.token nor status.clientCertificateData');
  if (token !== null && !/^[!-~]+$/.test(token)) throw new Error('status.token: has characters that no token has');
  const expires = textOf('expirationTimestamp');
  const expiresAt = expires === null ? null : Date.parse(expires);
  if (Number.isNaN(expiresAt))
    throw new Error('status.expirationTimestamp: expected a time, like 2030-01-02T03:04:05Z');
  return { token, certificate: cert === null || key === null ? null : { cert, key }, expiresAt };
}

function parsed(text: string): unknown {
  try {
    return parseStrictJson(text, { bigNumbersAs: 'string' });
  } catch (error) {
    // What the parser says of a text never repeats more of it than a key.
    throw error instanceof JsonProblem ? new Error('it is not JSON') : error;
  }
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error('it is not an object with a status');
}

/** What it printed on stdout is secret, and what on stderr is for people. */
function lastWords(output: CommandOutput): string {
  const line = lastLine({ ...output, stdout: '' });
  return line === null ? '' : ` (last line: ${line})`;
}
