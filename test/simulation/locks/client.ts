import type { HttpClient, HttpReply, HttpRequest } from '../../../src/http/client.ts';
import { HttpProblem, type HttpProblemKind } from '../../../src/http/problem.ts';
import type { Answer } from '../../../src/sandbox/http/deliver.ts';
import type { Received } from '../../../src/sandbox/http/listen.ts';
import type { Line, Loss, Network } from '../network.ts';
import type { Process } from '../process.ts';
import type { Served } from './lock-service.ts';

export interface Remote {
  /** Does what was asked, and notes what has become of the lock by it. */
  serve(received: Received): Served;
  readonly denied: Answer;
  /** Wraps what an answer that comes later does to the server. */
  apply(make: () => Answer): Answer;
}

/** The program's way to speak HTTP, as a driver sees it, over the simulated network. */
export function clientOf(process: Process, network: Network, remote: Remote): HttpClient {
  return {
    send(request, signal) {
      const url = new URL(request.url);
      const received = receivedOf(request, url);
      return network.send<HttpReply>(process, 'lock', {
        name: `${request.method} ${url.pathname}`,
        timeoutMs: request.deadlineMs,
        signal,
        reach: (line) => reach(line, remote, received, request),
        lost: (why) => new HttpProblem(KINDS[why], `${request.method} ${url.origin}${url.pathname}: ${why}`),
      });
    },
    close() {},
  };
}

const KINDS: Readonly<Record<Loss, HttpProblemKind>> = {
  timeout: 'timeout',
  refused: 'refused',
  cut: 'truncated',
  aborted: 'aborted',
};

function receivedOf({ method, headers = {}, body, text }: HttpRequest, url: URL): Received {
  const bytes = Buffer.from(body === undefined ? (text ?? '') : JSON.stringify(body));
  const type = { 'content-type': 'application/json', 'content-length': String(bytes.length) };
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { method, url, headers: { ...type, ...Object.fromEntries(own) }, body: bytes };
}

function reach(line: Line<HttpReply>, remote: Remote, received: Received, { isLastLine }: HttpRequest): void {
  const whole = ({ status, headers, body }: Answer) =>
    line.say(({ resolve }) => resolve({ status, headers, text: String(body) }));
  const served = line.isDenied ? remote.denied : remote.serve(received);
  if (served instanceof Promise) {
    let isHeard = true;
    line.onHungUp(() => {
      isHeard = false;
    });
    served.then((make) => {
      const answer = remote.apply(make);
      if (isHeard) whole(answer);
    });
  } else if (typeof served === 'object') whole(served);
  else {
    const lines: string[] = [];
    const reply = () => ({ status: 200, headers: {}, text: `${lines.join('\n')}\n` });
    const hangUp = served(
      (text) =>
        line.say(({ resolve }) => {
          lines.push(text);
          if (isLastLine?.(text) === true) resolve(reply());
        }),
      () => line.say(({ resolve }) => resolve(reply())),
    );
    line.onHungUp(hangUp);
  }
}
