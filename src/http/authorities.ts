import { X509Certificate } from 'node:crypto';
import { readSmallBytes } from '../files/read-small-file.ts';
import { FileProblem } from '../host/file-problem.ts';

/** Where the system keeps the authorities that it trusts; the one file that may be missing. */
export const SYSTEM_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

const maxBytes = 16 * 1024 * 1024;
const begin = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/g;
const whole = /-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[^-]*-----END \1-----/g;

/**
 * The certificates of a PEM file, each as text. Rejects with a `FileProblem` when it cannot be read, and, unless it is
 * the system's own, when it is missing or holds anything but whole certificates.
 */
export async function readAuthorities(path: string): Promise<readonly string[]> {
  const isSystems = path === SYSTEM_AUTHORITIES;
  const bytes = await readSmallBytes(path, maxBytes).catch((error: unknown) => {
    if (isSystems && error instanceof FileProblem && error.code === 'ENOENT') return null;
    throw error;
  });
  // Bundles have comments in any encoding; what counts in them is ASCII.
  const text = bytes?.toString('latin1') ?? '';
  return isSystems ? (text.match(whole) ?? []) : authoritiesIn(text, path);
}

/** The certificates of a text in PEM. Throws a `FileProblem` about `path` where there is anything but whole ones. */
export function authoritiesIn(text: string, path: string): readonly string[] {
  const found = text.match(whole) ?? [];
  const begun = text.match(begin)?.length ?? 0;
  if (begun === 0) throw new FileProblem(path, `holds no certificate; ${expected}`);
  const broken = begun > found.length || !found.every(isCertificate);
  if (broken) throw new FileProblem(path, `holds a certificate that is damaged; ${expected}`);
  return found;
}

const expected = 'expected certificates in PEM, each from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----';

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
