import type { SecureContext } from 'node:tls';
import { FileProblem } from '../host/file-problem.ts';
import { readAuthorities } from './authorities.ts';
import { HttpProblem } from './problem.ts';

/** A certificate and its private key, both in PEM. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** The only authorities that a client believes, and where they come from, for messages. */
export interface Authorities {
  /** Each in PEM. */
  readonly certificates: readonly string[];
  /** `certificate-authority of cluster x in /etc/kubeconfig` */
  readonly place: string;
}

/** What one client has of its own. */
export interface OwnTrust {
  readonly certificate?: ClientCertificate | undefined;
  readonly authorities?: Authorities | undefined;
}

/** Whose certificates are believed: the authorities that Node brings, those of `ca_file`, and one file more. */
export interface Trust {
  /** Read when it is first asked for: who speaks plain HTTP pays nothing. Rejects with an `HttpProblem`. */
  context(own?: OwnTrust): Promise<SecureContext>;
}

export interface TrustOptions {
  readonly caFile: string;
  /** NODE_EXTRA_CA_CERTS of the environment; like Node, we do without it where it cannot be read. */
  readonly extraFile: string | null;
}

export function createTrust({ caFile, extraFile }: TrustOptions): Trust {
  let known: Promise<readonly string[]> | null = null;

  async function authorities(): Promise<readonly string[]> {
    const { rootCertificates } = await import('node:tls');
    const own = await readAuthorities(caFile).catch((error: unknown) => {
      if (error instanceof FileProblem) throw new HttpProblem('untrusted', `ca_file: ${error.message}`);
      throw error;
    });
    const extra = extraFile === null ? [] : await readAuthorities(extraFile).catch(() => []);
    return [...new Set([...rootCertificates, ...own, ...extra])];
  }

  return {
    async context({ certificate, authorities: own } = {}) {
      if (own === undefined) known ??= authorities();
      const { createSecureContext } = await import('node:tls');
      return createSecureContext({ ca: [...(own?.certificates ?? (await known)!)], ...certificate });
    },
  };
}
