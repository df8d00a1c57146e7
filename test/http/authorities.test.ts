import { expect, test, vi } from 'vitest';
import { readSmallBytes } from '../../src/files/read-small-file.ts';
import { FileProblem } from '../../src/host/file-problem.ts';
import { authoritiesIn, readAuthorities, SYSTEM_AUTHORITIES } from '../../src/http/authorities.ts';
import { newAuthority } from '../support/certificates.ts';

vi.mock('../../src/files/read-small-file.ts', { spy: true });

test('the system’s own authorities may be missing, and hold what is none; they may not be unreadable', async () => {
  const fails = (code: string) =>
    vi.mocked(readSmallBytes).mockRejectedValueOnce(new FileProblem(SYSTEM_AUTHORITIES, 'cannot be read', { code }));
  fails('ENOENT');
  expect(await readAuthorities(SYSTEM_AUTHORITIES)).toEqual([]);
  fails('EACCES');
  await expect(readAuthorities(SYSTEM_AUTHORITIES)).rejects.toThrow('cannot be read');
  fails('ENOENT');
  await expect(readAuthorities('/etc/ssl/other.pem')).rejects.toThrow('cannot be read');
  const { certificate } = newAuthority();
  const damaged = '-----BEGIN CERTIFICATE-----\nhalf of one\n';
  vi.mocked(readSmallBytes).mockResolvedValueOnce(Buffer.from(`${certificate}${damaged}`));
  expect(await readAuthorities(SYSTEM_AUTHORITIES)).toEqual([certificate.trim()]);
});

test.each(['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'])(
  'half a %s beside a whole one is refused, and one of garbage',
  (kind) => {
    const { certificate } = newAuthority();
    const half = `-----BEGIN ${kind}-----\nhalf\n`;
    expect(authoritiesIn(certificate, '/ca.pem')).toEqual([certificate.trim()]);
    for (const text of [`${certificate}${half}`, `${half}${certificate}`])
      expect(() => authoritiesIn(text, '/ca.pem')).toThrow('/ca.pem: holds a certificate that is damaged');
    const garbage = `-----BEGIN ${kind}-----\nAAAA\n-----END ${kind}-----\n`;
    expect(() => authoritiesIn(`${certificate}${garbage}`, '/ca.pem')).toThrow('a certificate that is damaged');
    expect(() => authoritiesIn('none', '/ca.pem')).toThrow('/ca.pem: holds no certificate');
  },
);
