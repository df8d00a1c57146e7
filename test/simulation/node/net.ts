/** What src/ takes for `node:net` in a simulated process: abstract sockets, and HAProxy’s in a file. */
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

/** A visit at a socket in a file takes this long at most, and so does each answer that comes at once. */
const VISIT_MS = 2;

export function connect(path: string) {
  return path.startsWith('\0') ? connectByName(path) : connectToFile(path);
}

function connectByName(path: string) {
  const hears = new Map<string, Hear>();
  const isThere = current().sockets.has(path.slice(1));
  queueMicrotask(() => {
    if (isThere) hears.get('connect')?.();
    else hears.get('error')?.(systemError('ECONNREFUSED', 'connect', path));
  });
  return {
    on: (event: string, hear: Hear) => hears.set(event, hear),
    setTimeout(_ms: number, _act: () => void) {},
    write(_text: string) {},
    destroy() {},
  };
}

/** One question, its answer, and the end. */
function connectToFile(path: string) {
  const process = current();
  const hears = new Map<string, Hear>();
  let isOver = false;
  let callOff = () => {};
  const tell = (event: string, ...words: unknown[]) => {
    if (!isOver) hears.get(event)?.(...words);
  };
  const server = process.sockets.at(path);
  const refusal = server === undefined ? 'ENOENT' : server.refuses();
  const socket = {
    on: (event: string, hear: Hear) => hears.set(event, hear),
    setTimeout(ms: number, act: () => void) {
      callOff = process.later(ms, act);
    },
    write(question: string) {
      const { text, afterMs } = server!.answer(question.trim());
      if (text === null) return;
      void process.comes(afterMs + VISIT_MS).then(() => {
        if (text !== '') tell('data', Buffer.from(text));
        tell('end');
      });
    },
    destroy() {
      if (isOver) return;
      isOver = true;
      callOff();
      queueMicrotask(() => hears.get('close')?.());
    },
  };
  void process.soon(VISIT_MS).then(() => {
    if (refusal === null) return tell('connect');
    tell('error', systemError(refusal, 'connect', path));
    socket.destroy();
  });
  return socket;
}
