import { expect, test, vi } from 'vitest';
import { readSmallBytes } from '../../src/files/read-small-file.ts';
import { FileProblem } from '../../src/host/file-problem.ts';
import { readAuthorities, SYSTEM_AUTHORITIES } from '../../src/http/authorities.ts';
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
