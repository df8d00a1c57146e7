import type { HttpProblem } from './problem.ts';
import { formatOtherScheme } from './wrong-address.ts';

/** What the settings are called that lead to a service. */
export interface ServiceKeys {
  readonly address: string;
  /** Of a client certificate and its private key. */
  readonly certificate: readonly [string, string];
}

/** A request without a reply: what to say about it, with the cure where there is one. */
export interface Diagnosis {
  readonly message: string;
  /** Nothing heals by itself there, though another endpoint may be right. */
  readonly isHopeless: boolean;
}

/** What a request that was sent to `address` met. */
export function diagnose(problem: HttpProblem, address: string, keys: ServiceKeys): Diagnosis {
  const { kind, message, isAtProxy } = problem;
  const otherScheme = formatOtherScheme(address, keys.address);
  if (kind === 'untrusted') return { message, isHopeless: true };
  if (kind === 'wrongScheme') {
    return { message: isAtProxy ? message : `${message}: ${otherScheme}`, isHopeless: true };
  }
  if (kind === 'tls') {
    const [certFile, privateKeyFile] = keys.certificate;
    const hint = `if it asks for a client certificate, set ${certFile} and ${privateKeyFile}`;
    return { message: `${message}; ${hint}`, isHopeless: true };
  }
  // What listens on one port for TLS and HTTP hangs up on who speaks the wrong one; a server that stops does so too.
  const hint = kind === 'truncated' ? `; if that goes on, ${otherScheme}` : '';
  return { message: `${message}${hint}`, isHopeless: false };
}
