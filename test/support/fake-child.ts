import type { ChildEvent, ChildOrder, ChildService } from '../../machines/side-effects.ts';
import type { CommandName, CommandOutput } from '../../machines/vocabulary.ts';

/** What a fake child process tells when it is started, told to go, and signalled. */
export interface ChildScript {
  readonly start: readonly ChildEvent[];
  readonly go: readonly ChildEvent[];
  readonly SIGTERM: readonly ChildEvent[];
  readonly SIGKILL: readonly ChildEvent[];
  readonly lookAtGroup: readonly ChildEvent[];
}

export const PGID = 4242;
export const SILENT_OUTPUT: CommandOutput = { stdout: '', stderr: '', droppedBytes: 0 };

export function childExited(
  code: number | null,
  signal: string | null = null,
): Extract<ChildEvent, { readonly type: 'childExited' }> {
  return { type: 'childExited', code, signal, output: SILENT_OUTPUT, survivors: 0, ranMs: 0 };
}

const GROUP_GONE: ChildEvent = { type: 'groupGone' };
const ENDED_BY_TERM = [childExited(null, 'SIGTERM'), GROUP_GONE];
const ENDED_BY_KILL = [childExited(null, 'SIGKILL'), GROUP_GONE];

/** Runs until it is signalled, and obeys TERM. */
export const lasts: ChildScript = {
  start: [{ type: 'childReady', pgid: PGID }],
  go: [],
  SIGTERM: ENDED_BY_TERM,
  SIGKILL: ENDED_BY_KILL,
  lookAtGroup: [{ type: 'groupLives' }],
};

/** Ends by itself as soon as it may go. */
export function exits(code: number): ChildScript {
  return { ...lasts, go: [childExited(code), GROUP_GONE] };
}

/** Ends by itself, and leaves processes in its group that have to be stopped. */
export function leaves(code: number, survivors: number): ChildScript {
  return { ...lasts, go: [{ ...childExited(code), survivors } as ChildEvent], SIGTERM: [GROUP_GONE] };
}

export const diesBySignal: ChildScript = { ...lasts, go: [childExited(null, 'SIGSEGV'), GROUP_GONE] };

/** Ignores TERM. */
export const stubborn: ChildScript = { ...lasts, SIGTERM: [] };

/** Stuck in the kernel: no signal ends it. */
export const unkillable: ChildScript = { ...stubborn, SIGKILL: [] };

/** Its wrapper never says that it is up. */
export const startsForEver: ChildScript = { ...lasts, start: [] };

export function doesNotStart(message: string): ChildScript {
  return { ...lasts, start: [{ type: 'childNotStarted', message }] };
}

export interface FakeChildren {
  readonly service: ChildService;
  /** What was asked of the children, in order: `handbrake start`, `handbrake go`, `refresh SIGTERM`, … */
  readonly orders: readonly string[];
  /** Speaks for the child that was started last. */
  tell(...events: readonly ChildEvent[]): void;
}

/** Children that follow one script after another; the last script of a command is used again and again. */
export function fakeChildren(scripts: Partial<Record<CommandName, readonly ChildScript[]>> = {}): FakeChildren {
  const orders: string[] = [];
  const left = {
    handbrake: [...(scripts.handbrake ?? [exits(0)])],
    refresh: [...(scripts.refresh ?? [exits(0)])],
    verify: [...(scripts.verify ?? [exits(0)])],
    source: [...(scripts.source ?? [exits(0)])],
  };
  let speak: (event: ChildEvent) => void = () => {};
  const service: ChildService = ({ command }, tell, listen) => {
    const script = (left[command].length > 1 ? left[command].shift() : left[command][0]) as ChildScript;
    const say = (events: readonly ChildEvent[]) => queueMicrotask(() => events.forEach(tell));
    speak = tell;
    orders.push(`${command} start`);
    listen((order: ChildOrder) => {
      orders.push(`${command} ${order.type === 'signalGroup' ? order.signal : order.type}`);
      say(script[order.type === 'signalGroup' ? order.signal : order.type]);
    });
    say(script.start);
    return () => orders.push(`${command} let go`);
  };
  return {
    service,
    orders,
    tell(...events) {
      for (const event of events) speak(event);
    },
  };
}
