import { userInfo } from 'node:os';
import { asPhrase } from '../text/printable.ts';

/** Who does this, by the name of the login where sudo or the like hides it; a uid where it has no name. */
export function operatorName(): string {
  const login = process.env['SUDO_USER'];
  try {
    const { username } = userInfo();
    return login === undefined || login === username ? username : `${asPhrase(login)} as ${username}`;
  } catch {
    return `uid ${process.getuid?.()}`;
  }
}
