import type { AskCommand } from '../command/ask-command.ts';
import { Failed } from '../failure.ts';
import { type SecretFiles, TOKEN_BYTES_MAX } from '../files/secret-files.ts';
import { FileProblem } from '../host/file-problem.ts';
import type { ClientCertificate } from '../http/trust.ts';
import type { User } from './access.ts';
import { runExecPlugin, type Shown } from './exec-credential.ts';
import { refuseUnusable } from './kubeconfig-user.ts';
import { KubernetesProblem } from './problem.ts';

/** What is shown with one request. */
export interface Credential {
  readonly token: string | null;
  readonly certificate: ClientCertificate | null;
}

/** What we show of ourselves, as it is from one request to the next. */
export interface Credentials {
  /** Rejects with a `KubernetesProblem`, or a `Failed` when it was aborted. */
  current(signal: AbortSignal): Promise<Credential>;
  /** The server refused what was shown; true: the next may be another. */
  refused(): boolean;
  /** Takes every secret that was ever shown out of a text. */
  redact(text: string): string;
}

interface CredentialsOptions {
  readonly user: User;
  readonly files: SecretFiles;
  readonly ask: AskCommand;
  readonly nowMs?: () => number;
}

/** A token is not used in its last seconds: it has to arrive before it ends. */
const LEEWAY_MS = 10_000;

export function createCredentials({ user, files, ask, nowMs = Date.now }: CredentialsOptions): Credentials {
  const { plugin, tokenFile } = user;
  const secrets = new Set<string>();
  let asked: Promise<Shown> | null = null;
  let lastRead: string | null = null;

  async function current(signal: AbortSignal): Promise<Credential> {
    const found = await (plugin !== null ? pluginsWord(signal) : ownWord());
    if (found.token !== null) secrets.add(found.token);
    return found;
  }

  async function ownWord(): Promise<Credential> {
    const { token, certificate } = user;
    return { token: tokenFile === null ? token : await tokenNow(tokenFile), certificate };
  }

  /** A file that is being replaced may be readable a moment later, and until then the server has the last word. */
  async function tokenNow(path: string): Promise<string> {
    try {
      lastRead = await readToken(path);
    } catch (error) {
      if (lastRead === null) throw error;
    }
    return lastRead;
  }

  async function readToken(path: string): Promise<string> {
    try {
      const token = (await files.readNow(path, TOKEN_BYTES_MAX)).text.trim();
      if (/^[!-~]+$/.test(token)) return token;
      throw new KubernetesProblem('credentials', `${path}: expected a token on one line`);
    } catch (error) {
      if (error instanceof FileProblem) throw new KubernetesProblem('credentials', error.message);
      throw error;
    }
  }

  /** Requests that come together share one word, and one that failed is asked for again. */
  async function pluginsWord(signal: AbortSignal): Promise<Credential> {
    for (;;) {
      const isFirst = asked === null;
      asked ??= checked(runExecPlugin(plugin!, ask, signal));
      const asking = asked;
      const shown = await asking.catch((error: unknown) => {
        if (asked === asking) asked = null;
        // Who asked first has given up; we have not.
        if (isFirst || signal.aborted || !(error instanceof Failed)) throw error;
        return null;
      });
      if (shown === null) continue;
      const isOver = shown.expiresAt !== null && shown.expiresAt - LEEWAY_MS <= nowMs();
      if (isFirst || !isOver) {
        return { token: shown.token ?? user.token, certificate: shown.certificate ?? user.certificate };
      }
      if (asked === asking) asked = null;
    }
  }

  async function checked(running: Promise<Shown>): Promise<Shown> {
    const shown = await running;
    if (shown.certificate === null) return shown;
    await refuseUnusable(shown.certificate, 'the certificate of the exec plug-in').catch((error: Error) => {
      throw new KubernetesProblem('credentials', error.message);
    });
    return shown;
  }

  return {
    current,
    refused() {
      asked = null;
      return plugin !== null || tokenFile !== null;
    },
    redact: (text) => [...secrets].reduce((rest, secret) => rest.replaceAll(secret, '***'), text),
  };
}
