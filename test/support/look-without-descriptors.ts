/** A process that opens files until it may not, and then claims a name and looks for one. */
import { openSync } from 'node:fs';
import { bindName, isNameClaimed } from '../../src/host-lock/abstract-socket.ts';

const code = (error: NodeJS.ErrnoException) => error.code;

try {
  for (;;) openSync('/dev/null', 'r');
} catch {
  bindName('anybody')
    .then(() => 'claimed', code)
    .then((said) => console.log(`claim: ${said}`))
    .then(() => isNameClaimed('anybody').then(String, code))
    .then((said) => console.log(`look: ${said}`));
}
