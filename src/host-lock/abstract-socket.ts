import { connect, createServer } from 'node:net';
import { errorCode } from '../host/file-problem.ts';
import { isNameBound } from './name-owner.ts';

/** A name that this process has until it releases it or dies. */
export interface NameClaim {
  release(): Promise<void>;
}

/**
 * Claims a name on this host (in truth: in this network namespace) that only one living process can have, or answers
 * null when another has it. The name is an abstract Unix socket: the kernel frees it at any death of its owner, and no
 * child process inherits it. It never keeps the process alive.
 */
export function bindName(name: string): Promise<NameClaim | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((visitor) => {
      // Visitors come to see whether somebody is here (isNameClaimed); that they could connect is their answer.
      visitor.on('error', () => {});
      visitor.destroy();
    });
    server.once('error', (error) => (errorCode(error) === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen({ path: address(name), exclusive: true }, () => {
      // A visitor who cannot be let in, for want of file descriptors, is no reason to fail.
      server.on('error', () => {});
      server.unref();
      resolve({ release: () => new Promise((released) => server.close(() => released())) });
    });
  });
}

/** Has some living process this name now? Asks without ever having the name itself, so that nobody loses it to a look. */
export function isNameClaimed(name: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const visitor = connect(address(name));
    visitor.on('error', (error) => {
      const code = errorCode(error);
      if (code === 'ECONNREFUSED') resolve(isNameBound(name) && isTaken(name));
      // The owner is there, and too busy or stopped to let anybody in.
      else if (code === 'EAGAIN' || code === 'ECONNRESET' || code === 'EPIPE') resolve(true);
      else reject(error);
    });
    visitor.on('connect', () => {
      visitor.destroy();
      resolve(true);
    });
  });
}

/** A socket without anybody who lets visitors in has the name as well, if it is the very same name: only to claim it shows that. */
async function isTaken(name: string): Promise<boolean> {
  const claim = await bindName(name);
  await claim?.release();
  return claim === null;
}

function address(name: string): string {
  return `\0${name}`;
}
