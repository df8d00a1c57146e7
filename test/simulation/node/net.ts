/** What src/ takes for `node:net` in a simulated process: abstract sockets, and nothing else. */
import { current } from './current.ts';
import { systemError } from './system-error.ts';

export { isIP, isIPv4, isIPv6 } from 'node:net';

type Hear = (...words: unknown[]) => void;

/** How long a name is had before its owner knows of it, at most. */
const BIND_MS = 1;

/** The same for a name that it has given back. */
const CLOSE_MS = 2;

export function createServer(_visit: unknown) {
  const { sockets, pid } = current();
  const hears = new Map<string, Hear>();
  let name = '';
  const server = {
    on: (event: string, hear: Hear) => hears.set(event, hear),
    once: (event: string, hear: Hear) => hears.set(event, hear),
    listen({ path }: { readonly path: string }, ready: () => void) {
      name = path.slice(1);
      const isOurs = sockets.bind(name, pid);
      void current()
        .soon(BIND_MS)
        .then(() => (isOurs ? ready() : hears.get('error')?.(systemError('EADDRINUSE', 'listen', path))));
    },
    unref() {},
    close(closed: () => void) {
      sockets.free(name);
      void current().soon(CLOSE_MS).then(closed);
    },
  };
  return server;
}

export function connect(path: string) {
  const hears = new Map<string, Hear>();
  const isThere = current().sockets.has(path.slice(1));
  queueMicrotask(() => {
    if (isThere) hears.get('connect')?.();
    else hears.get('error')?.(systemError('ECONNREFUSED', 'connect', path));
  });
  return { on: (event: string, hear: Hear) => hears.set(event, hear), destroy() {} };
}
