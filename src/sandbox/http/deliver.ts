import type { ServerResponse } from 'node:http';
import type { ErrorFault, Fault, Moment } from '../faults.ts';
import { pause, type SandboxClock } from './clock.ts';

/** What a server answers to one request. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

interface Delivery {
  readonly response: ServerResponse;
  readonly faults: readonly Fault[];
  readonly clock: SandboxClock;
  /** Does what was asked; called at most once, and also when the client has already gone, as a real server may. */
  readonly apply: () => Answer;
  /** How this server words an error of its protocol. */
  readonly error: (fault: ErrorFault) => Answer;
}

/** Answers one request, with all the faults that strike it. Returns the status that was sent, or null for a cut connection. */
export async function deliver({ response, faults, clock, apply, error }: Delivery): Promise<number | null> {
  await linger(faults, 'before', clock);
  if (faults.some((fault) => fault.kind === 'dropRequest')) return cutOff(response);
  const [instead] = faults.flatMap((fault) => {
    const answer = replace(fault, error);
    return answer === null ? [] : [{ fault, answer }];
  });
  const applies = instead === undefined || ('applied' in instead.fault && instead.fault.applied === true);
  const applied = applies ? apply() : null;
  const answer = instead?.answer ?? applied!;
  await linger(faults, 'after', clock);
  if (faults.some((fault) => fault.kind === 'dropReply')) return cutOff(response);
  await send(response, answer, faults, clock);
  return answer.status;
}

async function linger(faults: readonly Fault[], moment: Moment, clock: SandboxClock): Promise<void> {
  for (const fault of faults) {
    if (fault.kind === 'delay' && (fault.when ?? 'before') === moment) await pause(clock, fault.ms);
    if (fault.kind === 'gate' && fault.when === moment) await fault.gate.pass();
  }
}

function cutOff(response: ServerResponse): null {
  response.socket?.destroy();
  return null;
}

function replace(fault: Fault, error: Delivery['error']): Answer | null {
  switch (fault.kind) {
    case 'status': {
      const retryAfter = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
      return { status: fault.status, headers: { 'content-type': 'text/plain', ...retryAfter }, body: fault.body ?? '' };
    }
    case 'error':
      return error(fault);
    case 'html':
      return { status: 200, headers: { 'content-type': 'text/html' }, body: captivePortal };
    case 'redirect':
      return { status: fault.status ?? 302, headers: { location: fault.to }, body: '' };
    case 'huge': {
      const body = Buffer.concat([Buffer.from('{"value":"'), Buffer.alloc(fault.bytes, 'x'), Buffer.from('"}')]);
      return { status: 200, headers: { 'content-type': 'application/json' }, body };
    }
    default:
      return null;
  }
}

async function send(
  response: ServerResponse,
  answer: Answer,
  faults: readonly Fault[],
  clock: SandboxClock,
): Promise<void> {
  const body = Buffer.from(answer.body as string);
  const mangler = faults.find(({ kind }) => ['stall', 'drip', 'cut', 'wrongLength'].includes(kind));
  const cut = mangler?.kind === 'cut' ? body.subarray(0, Math.floor(body.length / 2)) : body;
  const announced = cut.length + (mangler?.kind === 'wrongLength' ? mangler.by : 0);
  // Node would refuse a body that differs from the header it knows of, so the lie goes past its check.
  response.strictContentLength = false;
  const closing = mangler?.kind === 'wrongLength' ? { connection: 'close' } : {};
  const headers = { ...answer.headers, ...closing, 'content-length': String(Math.max(0, announced)) };
  response.writeHead(answer.status, headers);
  if (mangler?.kind === 'stall') return response.flushHeaders();
  if (mangler?.kind === 'drip') await drip(response, cut, mangler.bytes ?? 1, mangler.everyMs, clock);
  else response.write(cut);
  response.end();
}

async function drip(response: ServerResponse, body: Buffer, bytes: number, everyMs: number, clock: SandboxClock) {
  for (let at = 0; at < body.length && !response.destroyed; at += bytes) {
    response.write(body.subarray(at, at + bytes));
    await pause(clock, everyMs);
  }
}

const captivePortal = '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Accept the terms</body></html>';
