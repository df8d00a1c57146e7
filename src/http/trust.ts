import type { SecureContext } from 'node:tls';
import { FileProblem } from '../host/file-problem.ts';
import { readAuthorities } from './authorities.ts';
import { HttpProblem } from './problem.ts';

/** Whose certificates are believed: the authorities that Node brings, those of `ca_file`, and one file more. */
export interface Trust {
  /** Made when it is first asked for: who speaks plain HTTP pays nothing. Rejects with an `HttpProblem`. */
  context(): Promise<SecureContext>;
}

export interface TrustOptions {
  readonly caFile: string;
  /** NODE_EXTRA_CA_CERTS of the environment; like Node, we do without it where it cannot be read. */
  readonly extraFile: string | null;
}

export function createTrust({ caFile, extraFile }: TrustOptions): Trust {
  let made: Promise<SecureContext> | null = null;

  async function make(): Promise<SecureContext> {
    const { createSecureContext, rootCertificates } = await import('node:tls');
    const own = await readAuthorities(caFile).catch((error: unknown) => {
      if (error instanceof FileProblem) throw new HttpProblem('untrusted', `ca_file: ${error.message}`);
      throw error;
    });
    const extra = extraFile === null ? [] : await readAuthorities(extraFile).catch(() => []);
    return createSecureContext({ ca: [...new Set([...rootCertificates, ...own, ...extra])] });
  }

  return {
    context() {
      made ??= make();
      return made;
    },
  };
}
