import { connect, type Socket } from 'node:net';
import { formatDuration } from '../../config/duration.ts';
import { describeErrno, errorCode } from '../../host/file-problem.ts';
import { DnsProblem } from './problem.ts';
import type { DnsServer } from './server-address.ts';

/** Two bytes of length stand before each message. */
const PREFIX = 2;
const HEADER = 12;

/** A connection that one question at a time goes over; it is made, and made anew, when it is needed. */
export interface DnsConnection {
  /** The whole answer to a message. Rejects with `DnsProblem`, or with the signal's reason. */
  ask(message: Buffer, limitMs: number, signal: AbortSignal): Promise<Buffer>;
  close(): void;
}

/** DNS over TCP, as RFC 7766 has it: an answer over UDP may be short of records without saying so. */
export function createDnsConnection(server: DnsServer): DnsConnection {
  let socket: Socket | null = null;

  function close(): void {
    socket?.destroy();
    socket = null;
  }

  async function exchange(message: Buffer, limitMs: number, signal: AbortSignal): Promise<Buffer> {
    socket ??= open(server);
    try {
      return await answerOn(socket, message, limitMs, signal);
    } catch (error) {
      close();
      throw error;
    }
  }

  return {
    async ask(message, limitMs, signal) {
      const isUsed = socket !== null;
      const end = performance.now() + limitMs;
      try {
        return await exchange(message, limitMs, signal);
      } catch (error) {
        // Servers close connections that were idle, or had enough questions.
        if (!isUsed || !(error instanceof DnsProblem) || !error.isClosed) throw error;
        return exchange(message, Math.max(1, Math.floor(end - performance.now())), signal);
      }
    },
    close,
  };
}

function open({ host, port }: DnsServer): Socket {
  // What goes wrong between two questions is found out by the next one.
  return connect({ host, port, noDelay: true }).on('error', () => {});
}

function answerOn(socket: Socket, message: Buffer, limitMs: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(
      () => settle(() => reject(new DnsProblem('unavailable', `no answer in ${formatDuration(limitMs)}`))),
      limitMs,
    );

    function settle(done: () => void): void {
      clearTimeout(timer);
      socket.off('data', onData).off('error', onError).off('close', onClose);
      signal.removeEventListener('abort', onAbort);
      done();
    }

    function onData(chunk: Buffer): void {
      chunks.push(chunk);
      length += chunk.length;
      if (length < 2 * PREFIX) return;
      // Joined twice at most: when its beginning is there, and when all of it is.
      const head = chunks[0]!.length >= 2 * PREFIX ? chunks[0]! : Buffer.concat(chunks);
      if (head.readUInt16BE(PREFIX) !== message.readUInt16BE(0)) {
        refuse('what answers there is no DNS server');
        return;
      }
      const wanted = PREFIX + head.readUInt16BE(0);
      if (wanted < PREFIX + HEADER) refuse('the answer is shorter than any DNS message');
      else if (length > wanted) refuse('it sent more than the answer');
      else if (length === wanted) take();
    }

    function take(): void {
      const whole = Buffer.concat(chunks);
      chunks = [];
      settle(() => resolve(whole.subarray(PREFIX)));
    }

    const refuse = (what: string) => settle(() => reject(new DnsProblem('invalid', what)));
    const onError = (error: Error) => settle(() => reject(problemOf(error)));
    const onAbort = () => settle(() => reject(signal.reason));
    const onClose = () =>
      settle(() => {
        const what =
          length === 0
            ? 'it closed the connection without an answer'
            : 'it closed the connection in the middle of its answer';
        reject(new DnsProblem('unavailable', what, length === 0));
      });

    socket.on('data', onData).on('error', onError).on('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) return onAbort();
    if (socket.destroyed) return onClose();
    const prefix = Buffer.alloc(PREFIX);
    prefix.writeUInt16BE(message.length);
    socket.write(Buffer.concat([prefix, message]));
  });
}

function problemOf(error: Error): DnsProblem {
  const code = errorCode(error);
  if (code === 'ECONNREFUSED') return new DnsProblem('unavailable', 'it refuses connections (DNS over TCP is needed)');
  return new DnsProblem('unavailable', describeErrno(error), code === 'ECONNRESET' || code === 'EPIPE');
}
