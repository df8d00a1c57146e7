/** A process that has a name, `argv[2]`, for as long as its parent talks to it. */
import { bindName } from '../../src/host-lock/abstract-socket.ts';

bindName(process.argv[2]!).then((claim) => process.send?.({ answer: claim === null ? 'taken' : 'ready' }));
process.on('message', () => {});
