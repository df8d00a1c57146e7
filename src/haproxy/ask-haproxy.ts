import { connect } from 'node:net';
import { describeErrno, FileProblem } from '../host/file-problem.ts';

const timeLimitMs = 5_000;
const bytesMax = 64 * 1024 * 1024;

/** Asks one question at HAProxy's stats socket. Rejects with a `FileProblem` that names the socket. */
export function askHaproxy(socketPath: string, question: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => {
      reject(new FileProblem(socketPath, `HAProxy cannot be asked "${question}": ${what}`));
      socket.destroy();
    };
    const socket = connect(socketPath);
    const chunks: Buffer[] = [];
    let length = 0;
    socket.setTimeout(timeLimitMs, () => fail('no answer in 5s'));
    socket.on('connect', () => socket.write(`${question}\n`));
    socket.on('data', (chunk) => {
      length += chunk.length;
      if (length > bytesMax) fail(`the answer is larger than ${bytesMax} bytes`);
      else chunks.push(chunk);
    });
    socket.on('error', (error) => fail(describeErrno(error)));
    socket.on('end', () => {
      socket.destroy();
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
    const stop = () => fail('it was stopped');
    socket.on('close', () => signal.removeEventListener('abort', stop));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
