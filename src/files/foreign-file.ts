import type { Stats } from 'node:fs';
import { FileProblem } from '../host/file-problem.ts';
import { formatStranger, isTrustedUser } from '../host/trusted-user.ts';

/** Throws a `FileProblem` of kind `foreign` for a file that neither this user nor root made. */
export function refuseForeign(path: string, { uid }: Stats): void {
  if (isTrustedUser(uid)) return;
  const cure = 'remove it, and name a path in a folder where no other user may write; chown it if it is right';
  throw new FileProblem(path, formatStranger(uid), { kind: 'foreign', cure });
}

/** Throws the same, and for a file that has another name too, under which it may be anybody's. */
export function refuseUnlessOurs(path: string, found: Stats): void {
  refuseForeign(path, found);
  if (found.nlink > 1) throw new FileProblem(path, `it is a hard link: the file has ${found.nlink} names`);
}
